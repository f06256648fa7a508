/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Networks: what interfaces are in. */
#ifndef DB_NETWORK_H
#define DB_NETWORK_H

#include <stdint.h>

#include "db/store/db.h"

struct network {
	const char *name;
	const char *subnet, *netmask, *dnszone; /* or NULL */
	const int64_t *mtu;			/* or NULL */
};

/* By name; strings of a row live as long as the call. */
int db_network_each(struct db *db, int (*each)(void *data, const struct network *row),
		    void *data);

/* -EEXIST when the name is taken, -EINVAL on what is no name or address. */
int db_network_add(struct db *db, const struct network *network);

/* -EBUSY while interfaces are in it, with the names of their hosts. */
int db_network_remove(struct db *db, const char *name);

/* -ENOENT when there is none. */
int db_network_find(struct db *db, const char *name, int64_t *ret_id);

#endif
