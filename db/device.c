/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the document of `gpupci --status --json` with SQLite's JSON functions. */
#include <errno.h>
#include <string.h>

#include "db/device.h"
#include "db/document.h"
#include "db/names.h"
#include "db/store/internal.h"
#include "db/store/limits.h"

static const struct document_kind KIND = {
	.schema = "gpupci-status",
	.name = "answer of its `gpupci --status --json`",
	.advice = "update the package gpupci there, and try again",
	.most = DB_SCAN_FUNCTIONS_MOST,
};

/*
 * Functions that are not objects, or have a value of an unexpected type. A missing
 * function has no other facts; any other says whether it is used.
 */
static const char ODD[] =
	"SELECT 1 FROM json_each(?1, '$.functions') AS entry WHERE type <> 'object' "
	"OR json_type(value, '$.address') IS NOT 'text' "
	"OR ifnull(json_type(value, '$.missing'), 'false') NOT IN ('true', 'false') "
	"OR (json_type(value, '$.missing') IS NOT 'true' AND ("
	"ifnull(json_type(value, '$.used'), '') NOT IN ('true', 'false', 'null') "
	"OR ifnull(json_type(value, '$.uses'), 'null') NOT IN ('array', 'null')))";
static const char ODD_USE[] =
	"SELECT 1 FROM json_each(?1, '$.functions') AS entry, "
	"json_each(entry.value, '$.uses') AS use "
	"WHERE json_type(entry.value, '$.uses') = 'array' AND use.type <> 'text'";
static const char FUNCTIONS[] =
	"SELECT json_extract(value, '$.address'), "
	"json_type(value, '$.missing') IS 'true', "
	"CASE json_type(value, '$.used') WHEN 'true' THEN 2 WHEN 'false' THEN 1 "
	"ELSE 0 END, "
	"CASE json_type(value, '$.uses') WHEN 'array' THEN ifnull((SELECT "
	"group_concat(use.value, ', ') FROM json_each(entry.value, '$.uses') AS use), "
	"'') "
	"ELSE '' END FROM json_each(?1, '$.functions') AS entry";

enum column { ADDRESS, MISSING, USE, USES };

void devices_release(struct devices *devices)
{
	for (size_t i = 0; i < devices->count; i++)
		free(devices->list[i].uses);
	free(devices->list);
	*devices = (struct devices){ 0 };
}

const struct device *devices_find(const struct devices *devices, int64_t address)
{
	for (size_t i = 0; i < devices->count; i++)
		if (devices->list[i].address == address)
			return &devices->list[i];
	return NULL;
}

static int check_types(struct db *db, const char *document)
{
	int64_t one;
	int r = db_fetch_integer(db, &one, ODD, "t", document);

	if (r == 0)
		r = db_fetch_integer(db, &one, ODD_USE, "t", document);
	return r == 1 ? db_document_refuse(db, &KIND, "has a malformed device") : r;
}

static int add(struct db *db, const struct query *query, struct devices *devices)
{
	struct device *list =
		reallocarray(devices->list, devices->count + 1, sizeof(*list));
	struct device device = { .is_missing = query_integer(query, MISSING),
				 .use = (enum device_use)query_integer(query, USE) };

	if (!list)
		return db_fail_memory(db);
	devices->list = list;
	if (db_parse_address(db, query_text(query, ADDRESS), &device.address) < 0)
		return db_document_refuse(db, &KIND, "has a malformed address");
	if (devices_find(devices, device.address))
		return db_document_refuse(db, &KIND, "has one address twice");
	device.uses = strdup(query_text(query, USES));
	if (!device.uses)
		return db_fail_memory(db);
	devices->list[devices->count++] = device;
	return 0;
}

int db_devices_parse(struct db *db, const char *document, const char *host,
		     struct devices *ret_devices)
{
	_cleanup_query_ struct query query = { 0 };
	_cleanup_devices_ struct devices devices = { 0 };
	size_t count;
	int r = db_document_check(db, &KIND, document, host, &count);

	if (r == 0)
		r = check_types(db, document);
	if (r == 0)
		r = query_start(db, &query, FUNCTIONS, "t", document);
	while (r == 0 && (r = query_step(&query)) == 1)
		r = add(db, &query, &devices);
	if (r < 0)
		return r;
	*ret_devices = devices;
	devices = (struct devices){ 0 };
	return 0;
}
