/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads holders from the document of `gpupci --list --json`. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "db/document.h"
#include "db/holder.h"
#include "db/names.h"
#include "db/store/internal.h"

#define VFIO "/dev/vfio/"

static const char ODD[] =
	"SELECT 1 FROM json_each(?1, '$.functions') AS entry "
	"WHERE ifnull(json_type(value, '$.holders'), 'null') NOT IN ('array', 'null')";
static const char ODD_HOLDER[] =
	"SELECT 1 FROM json_each(?1, '$.functions') AS entry, "
	"json_each(entry.value, '$.holders') AS holder "
	"WHERE json_type(entry.value, '$.holders') = 'array' AND ("
	"holder.type <> 'object' "
	"OR ifnull(json_type(holder.value, '$.process'), 'null') "
	"NOT IN ('integer', 'null') "
	"OR ifnull(json_type(holder.value, '$.command'), 'null') NOT IN ('text', 'null') "
	"OR ifnull(json_type(holder.value, '$.what'), 'null') NOT IN ('text', 'null'))";
/* A fabric switch is not a card that a VM can have. */
static const char UNKNOWN[] =
	"SELECT json_type(value, '$.holders'), json_extract(value, '$.card') "
	"FROM json_each(?1, '$.functions') "
	"WHERE ifnull(json_type(value, '$.holders'), 'null') = 'null' "
	"AND json_extract(value, '$.kind') <> 'fabric' "
	"AND json_extract(value, '$.iommu_group') >= 0 LIMIT 1";
static const char HOLDERS[] = "SELECT json_extract(entry.value, '$.address'), "
			      "json_extract(holder.value, '$.process'), "
			      "ifnull(json_extract(holder.value, '$.command'), ''), "
			      "json_extract(holder.value, '$.what') "
			      "FROM json_each(?1, '$.functions') AS entry, "
			      "json_each(entry.value, '$.holders') AS holder "
			      "WHERE json_type(entry.value, '$.holders') = 'array' "
			      "AND json_extract(entry.value, '$.kind') <> 'fabric' "
			      "AND json_extract(holder.value, '$.process') > 0 "
			      "AND json_extract(holder.value, '$.what') IS NOT NULL";

enum column { ADDRESS, PROCESS, COMMAND, WHAT };

void card_holders_release(struct card_holders *holders)
{
	for (size_t i = 0; i < holders->count; i++) {
		free(holders->list[i].node);
		free(holders->list[i].command);
	}
	free(holders->list);
	free(holders->unknown);
	*holders = (struct card_holders){ 0 };
}

/* The first VFIO node in a list of names separated by ", "; NULL if there is none. */
static const char *find_node(const char *list, size_t *ret_length)
{
	while (*list) {
		size_t length = strcspn(list, ","), tail = strlen(VFIO);

		if (length > tail && strncmp(list, VFIO, tail) == 0) {
			while (tail < length && (isalnum((unsigned char)list[tail]) ||
						 strchr("-/", list[tail])))
				tail++;
			*ret_length = length;
			if (tail == length)
				return list;
		}
		list += length;
		list += strspn(list, ", ");
	}
	return NULL;
}

static int add_holder(struct db *db, const struct query *query,
		      struct card_holders *holders)
{
	struct card_holder holder = { .process = query_integer(query, PROCESS) }, *list;
	size_t length = 0;
	const char *node = find_node(query_text(query, WHAT), &length);

	if (!node)
		return 0;
	if (db_parse_address(db, query_text(query, ADDRESS), &holder.address) < 0)
		return db_document_refuse(db, &document_of_scan,
					  "has a malformed address");
	list = reallocarray(holders->list, holders->count + 1, sizeof(*list));
	if (!list)
		return db_fail_memory(db);
	holders->list = list;
	holder.node = strndup(node, length);
	holder.command = strdup(query_text(query, COMMAND));
	list[holders->count++] = holder;
	return holder.node && holder.command ? 0 : db_fail_memory(db);
}

static int check_types(struct db *db, const char *document)
{
	int64_t one;
	int r = db_fetch_integer(db, &one, ODD, "t", document);

	if (r == 0)
		r = db_fetch_integer(db, &one, ODD_HOLDER, "t", document);
	return r == 1 ? db_document_refuse(db, &document_of_scan, "has malformed holders")
		      : r;
}

static int find_unknown(struct db *db, const char *document, struct card_holders *holders)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, UNKNOWN, "t", document);

	if (r == 0)
		r = query_step(&query);
	if (r <= 0)
		return r;
	holders->known = query_text(&query, 0) ? HOLDERS_UNKNOWN : HOLDERS_NOT_SAID;
	holders->unknown = strdup(query_text(&query, 1));
	return holders->unknown ? 0 : db_fail_memory(db);
}

int db_holders_parse(struct db *db, const char *document,
		     struct card_holders *ret_holders)
{
	_cleanup_query_ struct query query = { 0 };
	_cleanup_card_holders_ struct card_holders holders = { 0 };
	int r = check_types(db, document);

	if (r == 0)
		r = find_unknown(db, document, &holders);
	if (r == 0)
		r = query_start(db, &query, HOLDERS, "t", document);
	while (r == 0 && (r = query_step(&query)) == 1)
		r = add_holder(db, &query, &holders);
	if (r < 0)
		return r;
	*ret_holders = holders;
	holders = (struct card_holders){ 0 };
	return 0;
}
