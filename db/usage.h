/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many cards are free, used or out. */
#ifndef DB_USAGE_H
#define DB_USAGE_H

#include <stdint.h>

#include "db/store/db.h"

/* How many cards have these ids, and what they do. */
struct usage {
	const char *ids; /* NULL: not known */
	int64_t cards, free, used;
	int64_t out; /* missing, quarantined, or kept from VMs by another card or claim */
};

/*
 * Calls each() for the ids that cards of all hosts have. Strings live for the call; a
 * nonzero result ends the walk and is returned.
 */
int db_usage_each(struct db *db, int (*each)(void *data, const struct usage *row),
		  void *data);

#endif
