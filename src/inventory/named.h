/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Listings of what has a name, but is no host: all of it, or what the words name. */
#ifndef SRC_INVENTORY_NAMED_H
#define SRC_INVENTORY_NAMED_H

#include "src/cli/command.h"

/*
 * 0 if find() finds each word of the ARGUMENT_MANY that is not a pattern with %, or -errno with
 * its error in the database.
 */
int check_named(const struct invocation *invocation,
		int (*find)(struct db *db, const char *name, int64_t *ret_id));

/* 1 if the words name it, or there are none, 0, or -errno with an error in the database. */
int is_named(const struct invocation *invocation, const char *name);

/* What a listing of such things fills. */
struct named_list {
	const struct invocation *invocation;
	struct table *table;
};

/*
 * Prints a table with these columns, of which fill() adds the rows that is_named(): 0, or
 * -errno with an error in the database. find and key are as for check_named() and
 * print_table(). ROCKS_DONE, or what to exit with after printing an error.
 */
int list_named(const struct invocation *invocation, const char *const *columns,
	       size_t count,
	       int (*find)(struct db *db, const char *name, int64_t *ret_id),
	       int (*fill)(struct named_list *list), const char *key);

#endif
