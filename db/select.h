/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A user's `select …`, in a sandbox. */
#ifndef DB_SELECT_H
#define DB_SELECT_H

#include "db/store/db.h"

/*
 * Runs a select and calls each() with each value of its first column. It must be one
 * statement that reads only the stable views and calls only harmless functions, within
 * five seconds, 64 MiB of memory and values of a megabyte. -EPERM for anything else,
 * -ETIME, -E2BIG, -EINVAL.
 */
int db_select_hosts(struct db *db, const char *sql,
		    int (*each)(void *data, struct db *db, const char *value),
		    void *data);

#endif
