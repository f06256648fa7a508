/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Aggregates: physical hosts that belong together, under a name that is a host argument. */
#ifndef DB_AGGREGATE_H
#define DB_AGGREGATE_H

#include <stdint.h>

#include "db/hosts.h"

/*
 * Adds hosts to an aggregate, which the first one makes. 0; -EEXIST if one of them is in it, or
 * something else has that name, -EINVAL if one is a VM or the name is not valid.
 */
int db_aggregate_add_hosts(struct db *db, const char *name, const struct host_set *hosts);

/*
 * Removes hosts from an aggregate; those that are not in it are skipped, and with its last host
 * it is gone. 0; -ENOENT if there is no such aggregate or none of the hosts is in it, -EBUSY if
 * none would be left and flavors name it.
 */
int db_aggregate_remove_hosts(struct db *db, const char *name,
			      const struct host_set *hosts);

/* Finds it in any case. 0, or -ENOENT. */
int db_aggregate_find(struct db *db, const char *name, int64_t *ret_id);

/*
 * Calls each() for every aggregate, sorted. The name lives for the call; a nonzero result ends
 * the walk and is returned.
 */
int db_aggregate_each(struct db *db, int (*each)(void *data, const char *name),
		      void *data);

/* The same for those that a host is in. */
int db_aggregate_each_of(struct db *db, int64_t host,
			 int (*each)(void *data, const char *name), void *data);

/* How many cards a host has; virtual functions and fabric switches are not counted. */
int db_aggregate_count_cards(struct db *db, int64_t host, int64_t *ret_count);

/*
 * For a host that is to be removed: an aggregate that has no other host goes. 0, or -EBUSY if
 * flavors name that.
 */
int db_aggregate_leave(struct db *db, const struct host_ref *host);

/* For a host that is to become a VM. 0, or -EBUSY if it is in an aggregate. */
int db_aggregate_check_vm(struct db *db, const struct host_ref *host);

#endif
