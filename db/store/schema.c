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
};

int db_schema_version(void)
{
	return ARRAY_SIZE(SCRIPTS);
}

static int run_script(struct db *db, const char *sql)
{
	if (sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_fail_sqlite(db);
	return 0;
}

int db_schema_migrate(struct db *db, int version)
{
	char pragma[64];
	int r = 0;

	for (int i = version; i < db_schema_version() && r == 0; i++)
		r = run_script(db, SCRIPTS[i]);
	if (r < 0)
		return r;
	/* A PRAGMA takes no bound parameters; both numbers are ours. */
	snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %d", db_schema_version());
	return run_script(db, pragma);
}
