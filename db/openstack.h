/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flavors as lines for OpenStack need them. */
#ifndef DB_OPENSTACK_H
#define DB_OPENSTACK_H

#include <stdint.h>

#include "db/store/db.h"

struct openstack_flavor {
	int64_t id;
	const char *name;
	const int64_t *cpus, *mem; /* MiB; NULL: not given */
	const char *disk_sizes;	   /* GB, with blanks between; or NULL */
	const char *near;	   /* no, node, switch */
	const char *aggregate;	   /* or NULL */
};

/*
 * Each calls each() for its rows; strings live for the call, and a nonzero result ends the
 * walk and is returned. Else 0 or -errno.
 */

/* All flavors, by name. */
int db_openstack_flavor_each(struct db *db,
			     int (*each)(void *data, const struct openstack_flavor *row),
			     void *data);

/* The models that a flavor asks for, in its order, and how many of each. */
int db_openstack_model_each(struct db *db, int64_t flavor,
			    int (*each)(void *data, const char *model, int64_t count),
			    void *data);

/* The projects that a flavor is for, by name; none if it is everybody's. */
int db_openstack_project_each(struct db *db, int64_t flavor,
			      int (*each)(void *data, const char *name), void *data);

#endif
