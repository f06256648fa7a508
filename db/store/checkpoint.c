/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing the log into the file: only while no other process can write to the log. */
#include <string.h>

#include "db/store/connection.h"
#include "db/store/internal.h"

/* When SQLite would do it: SQLITE_DEFAULT_WAL_AUTOCHECKPOINT. */
#define LOG_PAGES 1000

static int note_pages(void *data, sqlite3 *sqlite, const char *name, int pages)
{
	struct db *db = data;

	(void)sqlite;
	(void)name;
	db->log_pages = pages;
	return SQLITE_OK;
}

void db_checkpoint_watch(struct db *db)
{
	sqlite3_wal_hook(db->sqlite, note_pages, db);
}

/*
 * Another connection holds the write lock: the one that checkpoints must be in no
 * transaction. Whoever has the lock already does this after its own commit. Errors do not
 * matter: what is committed is in the log.
 */
void db_checkpoint(struct db *db)
{
	_cleanup_(cleanup_db) struct db *lock = NULL;

	if (db->log_pages < LOG_PAGES || db_new(&lock) < 0)
		return;
	lock->glances = true;
	lock->path = strdup(db->path);
	if (!lock->path || connection_open(lock, lock->path, SQLITE_OPEN_READWRITE) < 0 ||
	    connection_execute(lock, "BEGIN IMMEDIATE") < 0)
		return;
	sqlite3_wal_checkpoint_v2(db->sqlite, "main", SQLITE_CHECKPOINT_PASSIVE, NULL,
				  NULL);
	db_rollback(lock);
}
