/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Appliances: the kinds of hosts, with the membership name that people read. */
#ifndef DB_APPLIANCE_H
#define DB_APPLIANCE_H

#include <stdint.h>

#include "db/store/db.h"

struct appliance {
	int64_t id;
	const char *name;	/* compute */
	const char *membership; /* Compute */
	const char *managed;	/* built in: its attribute managed, or NULL */
};

/* The appliances of a new inventory, as schema.sql and managed.sql make them. */
#define DB_APPLIANCES_BUILT_IN 8
extern const struct appliance db_appliances_built_in[DB_APPLIANCES_BUILT_IN];

/* The one of these with both names; NULL if there is none. */
const struct appliance *db_appliance_built_in(const char *name, const char *membership);

/*
 * Calls each() for every appliance. Strings of a row live for the call; a nonzero result
 * ends the walk and is returned.
 */
int db_appliance_each(struct db *db, int (*each)(void *data, const struct appliance *row),
		      void *data);

/* 0, -EEXIST if either name is taken, -EINVAL if one is not a valid name. */
int db_appliance_add(struct db *db, const char *name, const char *membership);

/* 0, -ENOENT, or -EBUSY while hosts have it. */
int db_appliance_remove(struct db *db, const char *name);

/* Finds it by name or membership, ignoring case. 0, or -ENOENT. */
int db_appliance_find(struct db *db, const char *word, int64_t *ret_id);

#endif
