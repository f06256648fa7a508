/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The versions of the schema: each script upgrades a file by one version. */
#include "db/store/internal.h"

/* Version 0 is an empty file; script i leads from version i to i + 1. */
static const char *const SCRIPTS[] = {
#include "db/store/schema.sql.h"
	,
#include "db/store/views.sql.h"
	,
#include "db/store/places.sql.h"
	,
#include "db/store/move.sql.h"
	,
#include "db/store/cards.sql.h"
	,
#include "db/store/claims.sql.h"
	,
#include "db/store/rules.sql.h"
	,
#include "db/store/definitions.sql.h"
	,
#include "db/store/vgpu.sql.h"
	,
#include "db/store/identity.sql.h"
	,
#include "db/store/managed.sql.h"
	,
#include "db/store/aliases.sql.h"
	,
#include "db/store/parts.sql.h"
	,
#include "db/store/kept.sql.h"
	,
#include "db/store/domains.sql.h"
	,
#include "db/store/sharing.sql.h"
};

int db_schema_version(void)
{
	return ARRAY_SIZE(SCRIPTS);
}

/*
 * What makes the indexes that db/store/objects.c leaves to a site: a script that makes a
 * table anew drops them. SQLite keeps the text from "CREATE INDEX " on, the name first.
 */
static const char SITE_INDEXES[] =
	"SELECT group_concat('CREATE INDEX IF NOT EXISTS ' || substr(sql, 14), '; ') "
	"FROM sqlite_master WHERE type = 'index' "
	"AND (sql GLOB 'CREATE INDEX site_*' OR sql GLOB 'CREATE INDEX \"site_*')";
static const char CHECK_KEYS[] = "PRAGMA foreign_key_check";

static int run_script(struct db *db, const char *sql)
{
	if (sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_fail_sqlite(db);
	return 0;
}

static int check_keys(struct db *db)
{
	_cleanup_free_ char *table = NULL;
	int r = db_fetch_text(db, &table, CHECK_KEYS, "");

	return r > 0 ? db_fail_code(db, SQLITE_CORRUPT) : r;
}

/* In a transaction SQLite ignores this PRAGMA. */
int db_schema_begin(struct db *db)
{
	return run_script(db, "PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE");
}

int db_schema_end(struct db *db)
{
	return run_script(db, "PRAGMA foreign_keys = ON");
}

static int run_scripts(struct db *db, int version)
{
	_cleanup_free_ char *indexes = NULL;
	int r = db_fetch_text(db, &indexes, SITE_INDEXES, "");

	if (r < 0)
		return r;
	r = 0;
	for (int i = version; i < db_schema_version() && r == 0; i++)
		r = run_script(db, SCRIPTS[i]);
	if (r == 0)
		r = run_script(db, indexes);
	return r == 0 && version > 0 ? check_keys(db) : r;
}

int db_schema_migrate(struct db *db, int version)
{
	char pragma[64];
	int r = version < db_schema_version() ? run_scripts(db, version) : 0;

	if (r < 0)
		return r;
	/* A PRAGMA takes no bound parameters; both numbers are ours. */
	snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %d", db_schema_version());
	return run_script(db, pragma);
}
