/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flavors: what a VM is to have, under a name; for everybody, or for some projects. */
#ifndef DB_FLAVOR_H
#define DB_FLAVOR_H

#include <stdint.h>

#include "db/store/db.h"
#include "lib/wish.h"

struct flavor {
	int64_t id;
	const char *name;
	struct wish_list cards; /* none if its count is 0 */
	const int64_t *cpus;	/* NULL: as for other VMs; so are mem and disk_sizes */
	const int64_t *mem;	/* MiB */
	const char *disk_sizes; /* decimal GB, a blank between two: "20 600" */
	const char *near;	/* no, node or switch */
	const char *aggregate;	/* or NULL */
	const char
		*projects; /* sorted, a blank between two; NULL: everybody can use it */
};

/* What to set; NULL leaves a value unchanged, or in a new flavor unset. */
struct flavor_change {
	const struct wish_list *cards; /* a count of 0: none */
	const int64_t *cpus, *mem;     /* 0: none */
	const char *disk_sizes;	       /* "": none */
	const char *near;	       /* no by default */
	const char *aggregate;	       /* "": none */
};

/* 0; -EEXIST, -EINVAL if a value is not valid, -ENOENT if there is no such aggregate. */
int db_flavor_add(struct db *db, const char *name, const struct flavor_change *change);

/* As db_flavor_add(); -ENOENT also if there is no such flavor. */
int db_flavor_set(struct db *db, const char *name, const struct flavor_change *change);

/* 0, or -ENOENT. */
int db_flavor_remove(struct db *db, const char *name);

/* Finds it in any case. 0, or -ENOENT. */
int db_flavor_find(struct db *db, const char *name, int64_t *ret_id);

/*
 * Calls each() for every flavor, sorted. A row lives for the call; a nonzero result ends the
 * walk and is returned.
 */
int db_flavor_each(struct db *db, int (*each)(void *data, const struct flavor *row),
		   void *data);

/* Makes a flavor private to a project, besides others that have it. 0; -ENOENT, -EEXIST if it is already. */
int db_flavor_add_project(struct db *db, const char *flavor, const char *project);

/*
 * 0, or -ENOENT if the flavor is not private to it. *ret_everybody: no project is left, so
 * everybody can use it.
 */
int db_flavor_remove_project(struct db *db, const char *flavor, const char *project,
			     bool *ret_everybody);

/* Calls each() for every project of every flavor, sorted by flavor; as db_flavor_each(). */
int db_flavor_each_project(struct db *db,
			   int (*each)(void *data, const char *flavor,
				       const char *project),
			   void *data);

#endif
