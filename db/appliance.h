/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Appliances: the kinds of hosts, with the membership name people read. */
#ifndef DB_APPLIANCE_H
#define DB_APPLIANCE_H

#include <stdint.h>

#include "db/store/db.h"

struct appliance {
	int64_t id;
	const char *name;	/* compute */
	const char *membership; /* Compute */
};

/* Those of a new inventory, as schema.sql makes them. */
#define DB_APPLIANCES_BUILT_IN 8
extern const struct appliance db_appliances_built_in[DB_APPLIANCES_BUILT_IN];

/* Strings of a row live as long as the call; a nonzero answer ends the walk. */
int db_appliance_each(struct db *db, int (*each)(void *data, const struct appliance *row),
		      void *data);

/* -EEXIST when either name is taken, -EINVAL when one is no name. */
int db_appliance_add(struct db *db, const char *name, const char *membership);

/* -EBUSY while hosts are of it. */
int db_appliance_remove(struct db *db, const char *name);

/* By name or membership, in any case; -ENOENT when there is none. */
int db_appliance_find(struct db *db, const char *word, int64_t *ret_id);

#endif
