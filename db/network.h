/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Networks, which interfaces belong to. */
#ifndef DB_NETWORK_H
#define DB_NETWORK_H

#include <stdint.h>

#include "db/store/db.h"

struct network {
	const char *name;
	const char *subnet, *netmask, *dnszone; /* or NULL */
	const int64_t *mtu;			/* or NULL */
};

/*
 * Calls each() for every network, sorted by name. Strings live for the call; a nonzero
 * result ends the walk and is returned.
 */
int db_network_each(struct db *db, int (*each)(void *data, const struct network *row),
		    void *data);

/* 0; -EEXIST if the name is taken, -EINVAL for a bad name or address. */
int db_network_add(struct db *db, const struct network *network);

/*
 * Changes a network, also one that interfaces are in: NULL leaves a member unchanged. -ENOENT
 * if there is no such network; -EINVAL for a bad address, or if it would have a subnet without
 * a netmask.
 */
int db_network_set(struct db *db, const struct network *change);

/* 0; -EBUSY while interfaces are in it, with their hosts' names in the sentence. */
int db_network_remove(struct db *db, const char *name);

#define DB_IP_SIZE 16 /* of an IPv4 address with its NUL */

/*
 * An address of a network that no interface has: the first one that is free in steps of
 * *step (NULL: -1) from base on (NULL: the broadcast address), without base itself. 0;
 * -ENOENT if there is no such network, -EINVAL if it has no subnet, for a base outside of it
 * or a step of 0, -ENOSPC if none is free.
 */
int db_network_next_ip(struct db *db, const char *name, const char *base,
		       const int64_t *step, char ret_ip[DB_IP_SIZE]);

/* 0 or -ENOENT. */
int db_network_find(struct db *db, const char *name, int64_t *ret_id);

#endif
