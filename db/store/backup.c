/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SQLite's backup interface: https://www.sqlite.org/c3ref/backup_finish.html */
#include <errno.h>
#include <string.h>

#include "db/store/backup.h"
#include "db/store/connection.h"
#include "db/store/internal.h"

static const char CHECK_PAGES[] = "PRAGMA integrity_check(1)";
static const char CHECK_KEYS[] = "PRAGMA foreign_key_check";

int backup_run(struct db *from, struct db *to)
{
	sqlite3_backup *backup =
		sqlite3_backup_init(to->sqlite, "main", from->sqlite, "main");
	int code;

	if (!backup)
		return db_fail_sqlite(to);
	/* All pages in one step: a state that no writer changes. */
	code = sqlite3_backup_step(backup, -1);
	sqlite3_backup_finish(backup);
	return code == SQLITE_DONE ? 0 : db_fail_code(to, code);
}

int backup_check(struct db *db)
{
	_cleanup_free_ char *answer = NULL, *table = NULL;
	int r = db_fetch_text(db, &answer, CHECK_PAGES, "");

	if (r >= 0 && (r == 0 || strcmp(answer, "ok") != 0))
		return db_fail_code(db, SQLITE_CORRUPT);
	if (r > 0)
		r = db_fetch_text(db, &table, CHECK_KEYS, "");
	if (r > 0)
		return db_fail_code(db, SQLITE_CORRUPT);
	return r;
}

int backup_to_file(struct db *db, const char *path)
{
	_cleanup_(cleanup_db) struct db *copy = NULL;
	int r = db_new(&copy);

	if (r < 0)
		return db_fail_memory(db);
	/* What is wrong with the copy is wrong with the inventory, or with the disk. */
	copy->path = strdup(db->path);
	if (!copy->path)
		return db_fail_memory(db);
	r = connection_open(copy, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW);
	if (r == 0)
		r = backup_run(db, copy);
	if (r == 0)
		r = connection_execute(copy, "PRAGMA journal_mode = DELETE");
	if (r == 0)
		r = backup_check(copy);
	if (r < 0) {
		db->unreadable = copy->unreadable;
		return db_fail(db, r, "%s", db_error(copy));
	}
	return 0;
}
