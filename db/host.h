/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hosts: the machines of the cluster, physical or virtual. */
#ifndef DB_HOST_H
#define DB_HOST_H

#include <stdbool.h>
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

/*
 * db/rename.c: gives a host another name; what belongs to it follows, and so do the names of
 * its interfaces that are the old one. domain_follows: libvirt has the new name
 * of a VM, too; else it keeps the old one if it was defined. 0; -EINVAL or -EEXIST for the
 * name, -EBUSY while it, or a VM of it, is moved or started.
 */
int db_host_rename(struct db *db, const struct host_ref *host, const char *name,
		   bool domain_follows);

/*
 * Changes the hosts of the set. -ENOENT for an unknown membership, -EINVAL for a value that
 * is not printable.
 */
int db_host_set(struct db *db, const struct host_set *hosts,
		const struct host_change *change);

#endif
