/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Transactions: begun, committed, rolled back. */
#include "db/store/connection.h"
#include "db/store/internal.h"

static const char BEGIN[] = "BEGIN IMMEDIATE";
static const char BEGIN_READING[] = "BEGIN";
static const char COMMIT[] = "COMMIT";
static const char NOTE_WRITER[] = "INSERT INTO writer (only_row, who) VALUES (1, ?)";
static const char FORGET_WRITER[] = "DELETE FROM writer";

int db_begin(struct db *db, const char *who)
{
	int r = db_run(db, BEGIN, "");

	if (r < 0)
		return r;
	r = db_run(db, FORGET_WRITER, "");
	return r < 0 ? r : db_run(db, NOTE_WRITER, "t", who);
}

int db_commit(struct db *db)
{
	int r = db_run(db, FORGET_WRITER, "");

	if (r == 0)
		r = db_run(db, COMMIT, "");
	if (r == 0)
		db_checkpoint(db);
	return r;
}

void db_rollback(struct db *db)
{
	/* Fails only if SQLite has already rolled back. */
	if (!sqlite3_get_autocommit(db->sqlite))
		sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
}

int db_begin_reading(struct db *db)
{
	int64_t version;
	int r = db_run(db, BEGIN_READING, "");

	/* The first statement that reads takes the snapshot. */
	if (r == 0)
		r = connection_fetch_version(db, &version);
	return r < 0 ? r : 0;
}
