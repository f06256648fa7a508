/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Definitions of VMs: what rocks last defined, and what it has replaced. */
#include "db/definition.h"
#include "db/store/internal.h"

static const char GET[] = "SELECT xml FROM definition WHERE vm = ? AND container = ? "
			  "AND xml IS NOT NULL";
static const char ELSEWHERE[] =
	"SELECT host.name FROM definition JOIN vm ON vm.host = definition.vm "
	"JOIN host ON host.id = definition.container "
	"WHERE definition.vm = ? AND definition.container <> vm.container";
static const char SET[] =
	"INSERT OR REPLACE INTO definition (vm, container, xml) VALUES (?, ?, ?)";
static const char FORGET[] = "DELETE FROM replaced WHERE vm = ? AND xml = ?";
static const char KEEP[] =
	"INSERT INTO replaced (vm, container, xml, who) VALUES (?, ?, ?, ?)";
static const char FORGET_OLD[] =
	"DELETE FROM replaced WHERE vm = ?1 AND id NOT IN "
	"(SELECT id FROM replaced WHERE vm = ?1 ORDER BY id DESC LIMIT ?2)";
static const char EACH[] =
	"SELECT container, xml, at, who FROM replaced WHERE vm = ? ORDER BY id";

int db_definition_get(struct db *db, int64_t vm, int64_t container, char **ret_xml)
{
	return db_fetch_text(db, ret_xml, GET, "ii", vm, container);
}

int db_definition_elsewhere(struct db *db, int64_t vm, char **ret_container)
{
	return db_fetch_text(db, ret_container, ELSEWHERE, "i", vm);
}

int db_definition_set(struct db *db, int64_t vm, int64_t container, const char *xml)
{
	return db_run(db, SET, "iit", vm, container, xml);
}

int db_replaced_add(struct db *db, int64_t vm, const struct replaced *replaced)
{
	int r = db_run(db, FORGET, "it", vm, replaced->xml);

	if (r == 0)
		r = db_run(db, KEEP, "ittt", vm, replaced->container, replaced->xml,
			   replaced->who);
	return r < 0 ? r : db_run(db, FORGET_OLD, "ii", vm, (int64_t)DB_REPLACED_MOST);
}

int db_replaced_each(struct db *db, int64_t vm,
		     int (*each)(void *data, const struct replaced *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, EACH, "i", vm);

	while (r == 0 && (r = query_step(&query)) == 1) {
		const struct replaced row = { .container = query_text(&query, 0),
					      .xml = query_text(&query, 1),
					      .at = query_text(&query, 2),
					      .who = query_text(&query, 3) };

		r = each(data, &row);
	}
	return r;
}
