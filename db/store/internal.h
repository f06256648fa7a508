/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of db/ share: the connection, its statements and its errors. */
#ifndef DB_STORE_INTERNAL_H
#define DB_STORE_INTERNAL_H

#include <sqlite3.h>
#include <stdint.h>

#include "db/store/db.h"
#include "lib/strbuf.h"

#define DB_APPLICATION_ID 0x67707570 /* "gpup": PRAGMA application_id of our files */
#define DB_CACHED_STATEMENTS 128

/*
 * A connection locks one of these bytes of the file: PENDING_BYTE in
 * https://www.sqlite.org/src/file/src/os.h
 */
#define DB_FILE_LOCKS 0x40000000
#define DB_FILE_LOCKS_COUNT 512

/* Limits a query to a list of hosts, its first parameter: db_host_list(). */
#define DB_AMONG "IN (SELECT value FROM json_each(?1))"

struct cached_statement {
	const char *sql; /* compared as a pointer: one named constant, one statement */
	sqlite3_stmt *statement;
	bool in_use;
};

struct db {
	sqlite3 *sqlite;
	char *path;
	struct strbuf error;
	int code; /* of the last failure: -errno */
	bool unreadable;
	bool glances; /* DB_GLANCE: never wait */
	/* From db_defer_cards(): called with cards that their host has lost; or NULL. */
	int (*deferred)(void *data, const char *vm, const char *name, int64_t address);
	void *deferred_data;
	int64_t deferred_since; /* the last row of the history before */
	int64_t busy_since;	/* clock_milliseconds() */
	int log_pages;		/* after the last commit */
	struct cached_statement cache[DB_CACHED_STATEMENTS];
};

#define QUERY_NUMBERS 12

/*
 * A running statement. One that a trigger may refuse has names for what is meant, so that
 * db_refuse() can look it up: :vm, :card, :host and :assignment are ids, :address is a
 * packed address; among the first 12 parameters. End it with query_end(), which takes an
 * unused one, too.
 */
struct query {
	struct db *db;
	sqlite3_stmt *statement;
	struct cached_statement *cached; /* NULL: the statement is this query's own */
	int64_t numbers[QUERY_NUMBERS];	 /* bound to its first parameters */
};

#define _cleanup_query_ _cleanup_(query_end)

/* Set the sentence of the failure and return error, a -errno (-ENOMEM). */
int db_fail(struct db *db, int error, const char *format, ...) _printf_(3, 4);
int db_fail_memory(struct db *db);

/* The same for a file that lib/secure-path.h refuses for this reason. */
int db_fail_owner(struct db *db, const char *reason);

/* Sets the sentence for SQLite's last error on this connection and returns its -errno. */
int db_fail_sqlite(struct db *db);
/* The same for an SQLITE_… code. */
int db_fail_code(struct db *db, int extended);

/*
 * db/store/refusal.c: sets the sentence for what a trigger refused, with the names of the
 * card, VM and host that the statement meant, and returns its -errno: -EBUSY if another VM
 * has it, else -EPERM.
 */
int db_refuse(const struct query *query);

/*
 * Prepares a statement, a named constant, and binds its parameters by types, a letter
 * each: t const char * (NULL is NULL), i int64_t, o const int64_t * (NULL is NULL). Bound
 * text must outlive the query. 0 or -errno.
 */
int query_start(struct db *db, struct query *query, const char *sql, const char *types,
		...);
void query_end(struct query *query);

/* 1 with a row, 0 at the end, -errno. */
int query_step(struct query *query);

/* Columns of the row, counted from 0. Text lives until the next step. */
const char *query_text(const struct query *query, int column); /* NULL for NULL */
int64_t query_integer(const struct query *query, int column);
/* The number, kept in storage, or NULL for NULL. */
const int64_t *query_optional(const struct query *query, int column, int64_t *storage);

/* Runs a statement that returns no rows. */
int db_run(struct db *db, const char *sql, const char *types, ...);

/* The first column of the first row: 1 found, 0 no row, -errno. The caller frees text. */
int db_fetch_integer(struct db *db, int64_t *ret_value, const char *sql,
		     const char *types, ...);
int db_fetch_text(struct db *db, char **ret_text, const char *sql, const char *types,
		  ...);

/*
 * db/store/schema.c: the number of versions.
 * db_schema_begin() begins a transaction for an upgrade, with foreign keys off, since a
 * script may make a table anew.
 * db_schema_migrate() upgrades an open file from version to the last. It refuses a file with
 * a row that refers to a missing one (-EUCLEAN), and keeps the indexes of a site.
 * db_schema_end() turns foreign keys on again after the transaction. After a failure close
 * the db instead.
 */
int db_schema_version(void);
int db_schema_begin(struct db *db);
int db_schema_migrate(struct db *db, int version);
int db_schema_end(struct db *db);

/*
 * db/store/objects.c: fails with -EMEDIUMTYPE if a file of the last version has other
 * tables, indexes, views or triggers than the scripts make. Those are free to a site whose
 * name begins with site_, triggers and unique indexes excepted.
 */
int db_schema_check(struct db *db);

/*
 * The same for a command that only reads: skips the check if SQLite's count says that the
 * schema was changed as often as ours was. Only somebody who means to deceive sets that back.
 */
int db_schema_check_changes(struct db *db);

/*
 * A hash of what is checked, whatever its order, and the count of changes. A file that has
 * them is ours; others are compared with a schema made anew. test-schema prints them.
 */
#define DB_SCHEMA_HASH UINT64_C(0xd7166bb9b5aac33b)
#define DB_SCHEMA_CHANGES 152
int db_schema_hash(struct db *db, uint64_t *ret_hash);

/*
 * db/store/checkpoint.c. Instead of SQLite, which does it while others write and so meets
 * the bug that db/store/library.h describes: after a commit that leaves a long log, writes
 * it into the file under the write lock. What SQLite does when the last connection closes is
 * safe: it locks out everybody.
 */
void db_checkpoint_watch(struct db *db);
void db_checkpoint(struct db *db);

/*
 * db/store/beside.c: gives the files that SQLite and we keep beside the file its owner,
 * group and mode, also after these have changed. Reports nothing: only the owner and root
 * can do this, and others need not.
 */
void db_pass_on_owner(struct db *db);

/*
 * db/store/owner.c: makes SQLite refuse every file that somebody else could have changed.
 * The second says why the last one was refused, "" if none was.
 */
void db_watch_owner(void);
const char *db_owner_refusal(void);

/*
 * Opens the file beside it whose locks keep starts and moves apart; makes it if it is
 * missing. Not the inventory itself: closing that would drop SQLite's locks. A file
 * descriptor, which the caller closes, or -errno: -ENOENT if it is missing and cannot be
 * made, -ELOOP if it is not a file.
 */
int db_busy_open(struct db *db, bool writing);
void db_busy_make(struct db *db);

/* Appends the process that keeps this one from writing, as lib/lock-holder.h says. */
void db_add_writer(struct db *db, struct strbuf *text);

/* A random UUID (RFC 4122, version 4). 0 or -errno. */
int db_make_uuid(struct db *db, char ret_text[37]);

#endif
