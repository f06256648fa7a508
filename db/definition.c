/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Definitions of VMs: what is known of them, and what rocks has replaced. */
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
static const char IS_KNOWN[] =
	"SELECT 1 FROM kept_definition JOIN definition USING (vm) WHERE vm = ? "
	"AND container = ? AND definition.xml = ?";
/* Of the functions ?2, those that are now of a recorded card of the container ?3. */
#define IS_OF_CARD                                                             \
	"EXISTS (SELECT 1 FROM function JOIN card ON card.id = function.card " \
	"AND card.address IS NOT NULL WHERE function.host = ?3 "               \
	"AND function.address = value)"
/* Those that were stay while the definition has them: their card has another address. */
static const char SET_KEPT[] =
	"INSERT OR REPLACE INTO kept_definition (vm, xml, functions) SELECT ?1, ?4, "
	"ifnull((SELECT ' ' || group_concat(value, ' ') || ' ' FROM json_each(?2) "
	"WHERE " IS_OF_CARD
	" OR EXISTS (SELECT 1 FROM kept_definition AS old WHERE old.vm = ?1 "
	"AND instr(old.functions, ' ' || value || ' '))), ' ')";
/* Those of cards that were recorded since the definition was kept. */
#define ADDED                                                                 \
	"FROM json_each(?2) WHERE NOT instr(functions, ' ' || value || ' ') " \
	"AND " IS_OF_CARD
static const char ADD_FUNCTIONS[] = "UPDATE kept_definition SET functions = functions || "
				    "(SELECT group_concat(value, ' ') " ADDED ") || ' ' "
				    "WHERE vm = ?1 AND EXISTS (SELECT 1 " ADDED ")";
static const char EACH_KEPT[] =
	"SELECT vm.host, xml, functions FROM vm "
	"JOIN kept_definition ON kept_definition.vm = vm.host "
	"WHERE vm.definition = 'libvirt' AND vm.host " DB_AMONG " ORDER BY vm.host";
static const char OWN[] =
	"SELECT container FROM vm WHERE host = ? AND definition = 'libvirt'";
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

int db_kept_set(struct db *db, int64_t vm, int64_t container, const char *xml,
		const char *next)
{
	int64_t found;
	int r = db_fetch_integer(db, &found, IS_KNOWN, "iit", vm, container, xml);

	if (r == 1)
		return db_run(db, ADD_FUNCTIONS, "iti", vm, next, container);
	if (r == 0)
		r = db_run(db, SET_KEPT, "itit", vm, next, container, xml);
	if (r == 0)
		r = db_definition_set(db, vm, container, xml);
	return r < 0 ? r : 1;
}

int db_definition_is_own(struct db *db, int64_t vm, char **ret_xml)
{
	int64_t container;
	int r = db_fetch_integer(db, &container, OWN, "i", vm);

	if (r != 1)
		return r;
	r = db_definition_get(db, vm, container, ret_xml);
	return r < 0 ? r : 1;
}

int db_kept_each_of(struct db *db, const char *vms,
		    int (*each)(void *data, const struct kept_definition *row),
		    void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, EACH_KEPT, "t", vms);

	while (r == 0 && (r = query_step(&query)) == 1) {
		const struct kept_definition row = { .vm = query_integer(&query, 0),
						     .xml = query_text(&query, 1),
						     .functions = query_text(&query, 2) };

		r = each(data, &row);
	}
	return r;
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
