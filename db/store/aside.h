/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moving a damaged inventory aside, with its -wal and -shm, and putting another there. */
#ifndef DB_STORE_ASIDE_H
#define DB_STORE_ASIDE_H

#include "db/store/db.h"
#include "lib/fresh.h"

/*
 * Whether there is no file at path, but what an unfinished replacement left, or a log with
 * changes: a new file there would be incomplete, or damaged by that log.
 */
bool aside_is_needed(const char *path);

/*
 * Renames what is at db's path to PATH.TIME, PATH.TIME-wal and PATH.TIME-shm, and file to
 * PATH. Waits up to a minute until nobody has it open. If it is killed between, PATH is the
 * old file, the new one, or missing with PATH-restored beside it; then db_open() fails, and
 * doing it again completes it. *ret_aside is PATH.TIME, which the caller frees, or NULL if
 * there was no file. 0 or -errno with a sentence.
 */
int aside_replace(struct db *db, struct fresh *file, char **ret_aside) _must_check_;

#endif
