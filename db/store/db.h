/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inventory: one SQLite file, opened, read, and written in transactions. */
#ifndef DB_STORE_DB_H
#define DB_STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/cleanup.h"

/*
 * All functions of db/ return 0 (or what they say) or -errno; results go through ret_x
 * and only when the call succeeds. After a failure db_error() is a whole sentence for
 * the administrator: what is wrong and what to do.
 */
struct db;

#define DB_DEFAULT_PATH "/var/lib/rocks/rocks.db"

enum db_mode {
	DB_READ,   /* never writes to the file, unless to bring an older one up to date */
	DB_WRITE,  /* makes the file when it is absent */
	DB_GLANCE, /* reads what can be read at once: waits for nobody, never writes */
};

/* A closed inventory; 0 or -ENOMEM. Freed, and closed, with db_free(), which takes NULL. */
int db_new(struct db **ret_db);
void db_free(struct db *db);

/*
 * Opens the file. Reading an absent file: an empty inventory when named is false, -ENOENT
 * when true (the user named it). A file that is no inventory, or one of a newer version,
 * is refused and not touched: -EMEDIUMTYPE, -EPROTO; at a glance an older one too.
 */
int db_open(struct db *db, const char *path, bool named, enum db_mode mode);

/*
 * A connection that may write: what was opened for reading stays so. *ret_own is a second
 * connection, which the caller frees, or it is not touched where db may write itself.
 */
int db_open_writer(struct db *db, struct db **ret_own);

/* What the last failure was about. Valid until the next call on the same db. */
const char *db_error(const struct db *db);

/* The -errno of the last failure, until it is forgotten: 0 then. */
int db_error_code(const struct db *db);
void db_forget_error(struct db *db);

/* Whether the last failure was in reaching or reading the file, not in what was asked. */
bool db_is_unreadable(const struct db *db);

/*
 * A write transaction; who is what the history notes. Waits up to a minute for another
 * writer. db_free() rolls back what was not committed.
 */
int db_begin(struct db *db, const char *who) _must_check_;
int db_commit(struct db *db) _must_check_;

/* Takes back what was not committed; without a transaction nothing. db_error() stays. */
void db_rollback(struct db *db);

/* A read transaction: several queries see one state of the file. */
int db_begin_reading(struct db *db) _must_check_;

/*
 * Within a write transaction: what is done after db_mark() is kept by db_keep(), or taken
 * back by db_undo() as if it had not been tried. There is one mark at a time.
 */
int db_mark(struct db *db) _must_check_;
int db_keep(struct db *db) _must_check_;
int db_undo(struct db *db) _must_check_;

/*
 * Lines of a batch come in any order: from now on, a host that is made a VM loses the
 * cards that this transaction gave it, and deferred() is told what it lost.
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
