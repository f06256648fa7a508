/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All cards of all hosts, and who has them: for reports. */
#ifndef DB_CLUSTER_H
#define DB_CLUSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "db/store/db.h"

struct cluster_card {
	const char *host, *name;
	const char *kind, *ids; /* ids: or NULL */
	/*
	 * If no VM has it, why none can be given it: missing, quarantined, no-vgpu, domain
	 * (above ffff), unconfirmed, kept (by another card or a claim); else NULL.
	 */
	const char *obstacle;
	const char *vm;		 /* that has it, or moves to it; or NULL */
	const char *owner;	 /* of that VM; or NULL */
	const int64_t *vfs_most; /* virtual functions it can have; NULL when not known */
	const int64_t *numa;	 /* its node; or NULL */
};

/* A function of a card; of a card without functions, number is -1. */
struct cluster_function {
	int64_t number;
	const int64_t *address; /* packed; or NULL */
	const char *ids;	/* vendor:device, or NULL */
};

/*
 * Each calls each() for its rows, one at a time; strings live for the call, and a nonzero
 * result ends the walk and is returned. Else 0 or -errno. Cards are those that db/usage.h
 * counts.
 */

/* Host by host, by rack, rank and name; gpupci2 before gpupci10. */
int db_cluster_card_each(struct db *db,
			 int (*each)(void *data, const struct cluster_card *row),
			 void *data);

/* The same for the cards of one host. */
int db_cluster_card_each_of(struct db *db, int64_t host,
			    int (*each)(void *data, const struct cluster_card *row),
			    void *data);

/* The functions of a host's cards, card by card, each with the card's row. */
int db_cluster_function_each(struct db *db, int64_t host,
			     int (*each)(void *data, const struct cluster_card *card,
					 const struct cluster_function *function),
			     void *data);

#endif
