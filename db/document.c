/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all JSON documents of gpupci share: their kind, version, host and end mark. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "db/document.h"
#include "db/store/internal.h"
#include "db/store/limits.h"
#include "lib/text.h"

const struct document_kind document_of_scan = {
	.schema = "gpupci-scan",
	.name = "scan",
	.advice = "update the package gpupci there, and try again",
	.most = DB_SCAN_FUNCTIONS_MOST,
};

static const char IS_JSON[] = "SELECT json_valid(?)";
static const char HEADER[] =
	"SELECT json_extract(?1, '$.schema'), "
	"CASE json_type(?1, '$.version') WHEN 'integer' "
	"THEN json_extract(?1, '$.version') END, "
	"json_type(?1, '$.functions'), "
	"CASE json_type(?1, '$.end') WHEN 'integer' THEN json_extract(?1, '$.end') END, "
	"CASE json_type(?1, '$.functions') WHEN 'array' "
	"THEN json_array_length(?1, '$.functions') END, json_extract(?1, '$.host')";

int db_document_refuse(struct db *db, const struct document_kind *kind, const char *what)
{
	return db_fail(db, -EINVAL, "the %s %s; %s", kind->name, what, kind->advice);
}

/* Two names are of one machine if they are the same up to the first dot. */
static bool same_machine(const char *a, const char *b)
{
	size_t length = strcspn(a, ".");

	return strcspn(b, ".") == length && strncasecmp(a, b, length) == 0;
}

int db_document_check(struct db *db, const struct document_kind *kind,
		      const char *document, const char *host, size_t *ret_count)
{
	_cleanup_query_ struct query query = { 0 };
	const char *schema, *type, *of;
	int64_t valid, end;
	int r;

	if (strlen(document) > (size_t)DB_SCAN_MIB_MOST << 20)
		return db_document_refuse(
			db, kind,
			"is larger than " DB_LIMIT_TEXT(DB_SCAN_MIB_MOST) " MiB");
	r = db_fetch_integer(db, &valid, IS_JSON, "t", document);
	if (r == 1 && !valid)
		return db_document_refuse(db, kind, "is cut short or is not JSON");
	if (r == 1)
		r = query_start(db, &query, HEADER, "t", document);
	if (r == 0)
		r = query_step(&query);
	if (r < 0)
		return r;
	schema = query_text(&query, 0);
	type = query_text(&query, 2);
	of = query_text(&query, 5);
	if (!schema || strcmp(schema, kind->schema) != 0 || !type ||
	    strcmp(type, "array") != 0)
		return db_document_refuse(db, kind, "is another kind of document");
	if (query_integer(&query, 1) != 1)
		return db_document_refuse(db, kind,
					  "is of a version this program does not know");
	if (!query_optional(&query, 3, &end) || end != query_integer(&query, 4))
		return db_document_refuse(
			db, kind,
			"is cut short: its end mark does not count its functions");
	if (of && !text_is_host_name(of))
		return db_document_refuse(db, kind,
					  "is of a host whose name is not a host name");
	if (of && !same_machine(of, host))
		return db_fail(
			db, -EINVAL,
			"the %s is of host %s, not of %s; nothing was changed. "
			"The host's name here must be what `uname -n` prints there",
			kind->name, of, host);
	if (end > kind->most) {
		char what[48];

		snprintf(what, sizeof(what), "has more than %" PRId64 " functions",
			 kind->most);
		return db_document_refuse(db, kind, what);
	}
	*ret_count = (size_t)end;
	return 0;
}
