/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection to the file, for what opens it and what begins a transaction. */
#ifndef DB_STORE_CONNECTION_H
#define DB_STORE_CONNECTION_H

#include "db/store/db.h"

/* Opens a file, or ":memory:", with SQLITE_OPEN_…; closed with connection_close(). */
int connection_open(struct db *db, const char *path, int flags);
void connection_close(struct db *db);

/* Runs SQL that takes no parameters and answers nothing. */
int connection_execute(struct db *db, const char *sql);

/*
 * A writer keeps -wal and -shm when it leaves, or a member of the file's group could not
 * open the file while nobody writes; the -wal is emptied, so that nobody has to replay it.
 */
int connection_prepare_writing(struct db *db);

/* The version of the file's schema; waits out a writer who is just beginning. */
int connection_fetch_version(struct db *db, int64_t *ret_version);

/* The file cannot be used: returns error, a -errno, with "PATH: what" as the sentence. */
int connection_fail(struct db *db, int error, const char *what);

/* The same where the system said no, as errno tells; advice says what to do. */
int connection_fail_system(struct db *db, const char *what, const char *advice);

#endif
