/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hosts: the machines of the cluster, physical or virtual. */
#ifndef DB_HOST_H
#define DB_HOST_H

#include <stdint.h>

#include "db/hosts.h"

struct host {
	int64_t id;
	const char *name;
	const char *appliance;
	const char *membership;
	int64_t rack, rank, cpus;
	const char *os, *runaction, *installaction;
};

/* What to set; NULL leaves a value unchanged or, for a new host, at its default. */
struct host_change {
	const char *membership; /* or the appliance's name, in any case */
	const int64_t *rack, *rank, *cpus;
	const char *os, *runaction, *installaction;
};

/*
 * Calls each() for the hosts of the set, in its order. Strings live for the call; a
 * nonzero result ends the walk and is returned.
 */
int db_host_each(struct db *db, const struct host_set *hosts,
		 int (*each)(void *data, const struct host *row), void *data);

/*
 * Adds a host. If the name is basename-rack-rank with an appliance as its basename, it
 * supplies the membership, rack and rank that are not given; else -EINVAL if one is
 * missing. 0 or -errno.
 */
int db_host_add(struct db *db, const char *name, const struct host_change *change,
		int64_t *ret_id);

int db_host_set(struct db *db, const struct host_set *hosts,
		const struct host_change *change);

#endif
