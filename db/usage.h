/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cards are free, used or out. */
#ifndef DB_USAGE_H
#define DB_USAGE_H

#include <stdint.h>

#include "db/hosts.h"

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

/* A card and what it does. */
struct used_card {
	const char *host, *name, *ids; /* ids: or NULL */
	const char *state;	       /* free, used, out */
	const char *owner, *vm;	       /* who has it; or NULL */
	const int64_t *numa;	       /* or NULL */
};

/* The same for each card of a host, in the order of their names. */
int db_used_card_each(struct db *db, int64_t host,
		      int (*each)(void *data, const struct used_card *row), void *data);

#endif
