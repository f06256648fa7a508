/* SPDX-License-Identifier: GPL-2.0-or-later */
/* db/store/objects: the hash by which a file of this version is known without comparing it. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "db/store/connection.h"
#include "db/store/internal.h"

static struct db *make_schema(void)
{
	struct db *db = NULL;

	assert_int_equal(db_new(&db), 0);
	assert_int_equal(connection_open(db, ":memory:",
					 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE),
			 0);
	assert_int_equal(db_schema_migrate(db, 0), 0);
	return db;
}

static uint64_t hash_of(struct db *db)
{
	uint64_t hash = 0;

	assert_int_equal(db_schema_hash(db, &hash), 0);
	return hash;
}

/*
 * After a script was added, the constants are what this prints. If they change although no
 * script was added, the scripts no longer make what is in the files that users have.
 */
static void test_constants(void **state)
{
	_cleanup_(cleanup_db) struct db *db = make_schema();
	int64_t changes = 0;

	(void)state;
	assert_int_equal(db_fetch_integer(db, &changes, "PRAGMA schema_version", ""), 1);
	if (hash_of(db) != DB_SCHEMA_HASH || changes != DB_SCHEMA_CHANGES)
		fail_msg("DB_SCHEMA_HASH is UINT64_C(0x%016" PRIx64
			 "), DB_SCHEMA_CHANGES %" PRIi64,
			 hash_of(db), changes);
}

/* What changes the hash, and what a site may do without changing it. */
static void test_changes(void **state)
{
	static const struct {
		const char *sql;
		bool same;
	} changes[] = {
		{ "CREATE TABLE site_note (host INTEGER REFERENCES host (id), note)",
		  true },
		{ "CREATE VIEW \"site_cards\" AS SELECT name FROM card", true },
		{ "CREATE INDEX site_cpus ON host (cpus)", true },
		{ "CREATE UNIQUE INDEX site_cpus ON host (cpus)", false },
		{ "CREATE TRIGGER site_x AFTER INSERT ON host BEGIN SELECT 1; END",
		  false },
		{ "CREATE TABLE my_note (note)", false },
		{ "CREATE TABLE sites (note)", false },
		{ "DROP INDEX host_place; CREATE INDEX host_place ON host (rank, rack)",
		  false },
		{ "DROP VIEW assignments", false },
		{ "ALTER TABLE network ADD COLUMN site_x", false },
		/* Made anew, it comes last in the file. */
		{ "DROP INDEX host_place; CREATE INDEX host_place ON host (rack, rank)",
		  true },
		{ "ANALYZE", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		_cleanup_(cleanup_db) struct db *db = make_schema();
		uint64_t before = hash_of(db);

		assert_int_equal(connection_execute(db, changes[i].sql), 0);
		if ((hash_of(db) == before) != changes[i].same)
			fail_msg("%s", changes[i].sql);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_constants),
		cmocka_unit_test(test_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
