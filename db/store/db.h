/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inventory: one SQLite file, opened, read, and written in transactions. */
#ifndef DB_STORE_DB_H
#define DB_STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/cleanup.h"

/*
 * Functions of db/ that return an int return 0 (or what they say) or -errno, and set ret_x
 * only on success. Those that change rows need a write transaction, db_begin(), which says
 * who for the history; those that read work in any transaction, or in none. All calls on one
 * db come from one thread.
 * After a failure db_error() is a complete sentence for the administrator: what is wrong
 * and what to do.
 */
struct db;

#define DB_DEFAULT_PATH "/var/lib/rocks/rocks.db"

enum db_mode {
	DB_READ,   /* never writes to the file, except to upgrade an older one */
	DB_WRITE,  /* makes the file if it is missing */
	DB_GLANCE, /* reads what can be read at once: never waits, never writes */
};

/*
 * Makes a closed inventory. 0 or -ENOMEM; db_free() closes and frees it, and takes NULL.
 */
int db_new(struct db **ret_db);
void db_free(struct db *db);

/*
 * Opens the file. If it is missing, DB_WRITE makes it; DB_READ opens an empty inventory, or
 * fails with -ENOENT if named (the user gave the path); DB_GLANCE fails with -ENOENT.
 * Refuses, without touching it, a file that is not an inventory or whose schema somebody
 * has changed (-EMEDIUMTYPE), one of a newer version, or of an older one that may not be
 * upgraded (-EPROTO), one on NFS or another file system of several machines
 * (-EOPNOTSUPP), and one that somebody else could have changed (-EPERM). Open a db only
 * once.
 */
int db_open(struct db *db, const char *path, bool named, enum db_mode mode);

/*
 * Gets a connection that may write, while db stays as it was opened. If db may write, use
 * it: *ret_own, which the caller sets to NULL before, is left alone. Otherwise it is a second
 * connection, freed with db_free().
 */
int db_open_writer(struct db *db, struct db **ret_own);

/* The sentence of the last failure. Valid until the next call on the same db. */
const char *db_error(const struct db *db);

/* The -errno of the last failure; 0 after db_forget_error(). */
int db_error_code(const struct db *db);
void db_forget_error(struct db *db);

/* Whether the last failure was in opening or reading the file, not in the request. */
bool db_is_unreadable(const struct db *db);

/*
 * Begins a write transaction; the history records who. Waits up to a minute for another
 * writer. db_free() rolls back what is not committed.
 */
int db_begin(struct db *db, const char *who) _must_check_;
int db_commit(struct db *db) _must_check_;

/*
 * Rolls back what is not committed; does nothing without a transaction. Keeps db_error().
 */
void db_rollback(struct db *db);

/* Begins a read transaction: several queries see one state of the file. */
int db_begin_reading(struct db *db) _must_check_;

/*
 * In a write transaction: db_keep() keeps the changes since db_mark(), db_undo() reverts
 * them. Marks do not nest: end one before the next. In db/batch.c.
 */
int db_mark(struct db *db) _must_check_;
int db_keep(struct db *db) _must_check_;
int db_undo(struct db *db) _must_check_;

/*
 * For batches, whose lines may come in any order: until the transaction ends, a host that
 * becomes a VM loses the cards that this transaction gave it. deferred() is called for each
 * and returns 0 or -errno; its strings live for the call, the address is packed. In
 * db/batch.c.
 */
int db_defer_cards(struct db *db,
		   int (*deferred)(void *data, const char *vm, const char *name,
				   int64_t address),
		   void *data);

static inline void cleanup_db(struct db **db)
{
	db_free(*db);
}

#endif
