/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A `select …` of the user's, under guard. */
#ifndef DB_SELECT_H
#define DB_SELECT_H

#include "db/store/db.h"

/*
 * Runs a select and gives each value of its first column to each(). It may read the
 * stable views and call harmless functions, one statement, for five seconds, with 64 MiB
 * of memory and values of a megabyte. -EPERM for anything else, -ETIME, -E2BIG, -EINVAL.
 */
int db_select_hosts(struct db *db, const char *sql,
		    int (*each)(void *data, struct db *db, const char *value),
		    void *data);

#endif
