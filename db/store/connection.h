/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection to the file, for code that opens it or begins a transaction. */
#ifndef DB_STORE_CONNECTION_H
#define DB_STORE_CONNECTION_H

#include "db/store/db.h"

/*
 * Opens a file, or ":memory:", with SQLITE_OPEN_… flags; close it with
 * connection_close().
 */
int connection_open(struct db *db, const char *path, int flags);
void connection_close(struct db *db);

/* Runs SQL without parameters and results. */
int connection_execute(struct db *db, const char *sql);

/*
 * Makes the connection keep -wal and -shm when it closes: without them a member of the
 * file's group could not open the file while nobody writes. The -wal is emptied, so that
 * nobody must replay it.
 */
int connection_prepare_writing(struct db *db);

/* The version of the file's schema; waits for a writer that is just beginning. */
int connection_fetch_version(struct db *db, int64_t *ret_version);

/* Returns error, a -errno, with "PATH: what" as the sentence. */
int connection_fail(struct db *db, int error, const char *what);

/* The same for a failed system call, from errno; advice says what to do. */
int connection_fail_system(struct db *db, const char *what, const char *advice);

#endif
