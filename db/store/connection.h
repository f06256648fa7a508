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

/*
 * Gives a file without a -wal one: a copy has none when it is put in place. Without it
 * readers and writers wait for each other, and what a killed writer leaves cannot be
 * read before the next one. Then reads, since the first read with a log takes the lock
 * that keeps a restore from moving the file.
 */
int connection_keep_log(struct db *db);

/* The version of the file's schema; waits for a writer that is just beginning. */
int connection_fetch_version(struct db *db, int64_t *ret_version);

/* Returns error, a -errno, with "PATH: what" as the sentence. */
int connection_fail(struct db *db, int error, const char *what);

/* The same for a failed system call, from errno; advice says what to do. */
int connection_fail_system(struct db *db, const char *what, const char *advice);

/*
 * The path for SQLite, which takes names such as «:memory:» and «file:…» for more than a
 * path. The caller frees it; NULL without memory.
 */
char *connection_path(const char *path);

/*
 * In db/store/open.c, for a db whose path is set: opens a file for reading, if it is an
 * inventory, whatever its version.
 */
int db_open_copy(struct db *db);

/* 1 if the file has the version of this program, 0 if an older one, -errno. */
int db_check_newer(struct db *db, int64_t *ret_version);

/* Gives a new file the group of its folder, if both have one owner. */
void db_pass_on_group(const char *path, int fd);

#endif
