/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SQLite's backup interface, for copies and for restoring them. */
#ifndef DB_STORE_BACKUP_H
#define DB_STORE_BACKUP_H

#include "db/store/db.h"

/*
 * Replaces everything in to by one state of from, in one transaction. to says in which file
 * an error is, and gets the sentence. 0 or -errno.
 */
int backup_run(struct db *from, struct db *to);

/* Fails with -EUCLEAN if the file is damaged, or rows refer to rows that are not there. */
int backup_check(struct db *db);

/*
 * Copies db into an empty file, which is one file then, without a log, and checks it. The
 * sentence is db's. 0 or -errno.
 */
int backup_to_file(struct db *db, const char *path);

#endif
