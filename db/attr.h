/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes: values at the levels global, appliance and host; the nearer level wins. */
#ifndef DB_ATTR_H
#define DB_ATTR_H

#include <stdint.h>

#include "db/hosts.h"

enum attr_level { ATTR_GLOBAL, ATTR_APPLIANCE, ATTR_HOST };

struct attr_owner {
	enum attr_level level;
	int64_t id; /* of the appliance or host; 0 for global */
};

struct attr {
	const char *name;
	const char *value;
	/* G global, A appliance, H host, I what the host itself says (its rack, …) */
	const char *source;
};

/* -EEXIST when the owner has it. */
int db_attr_add(struct db *db, struct attr_owner owner, const char *name,
		const char *value);
int db_attr_set(struct db *db, struct attr_owner owner, const char *name,
		const char *value);

/* Removing what is not there succeeds. */
int db_attr_remove(struct db *db, struct attr_owner owner, const char *name);

/* The owner's own attributes, or just the one of that name; sorted by name. */
int db_attr_each(struct db *db, struct attr_owner owner, const char *name,
		 int (*each)(void *data, const struct attr *row), void *data);

/* What counts for a host, from all levels; of one name, or all when name is NULL. */
int db_attr_each_effective(struct db *db, int64_t host, const char *name,
			   int (*each)(void *data, const struct attr *row), void *data);

/* The value that counts for a host: 1 and the caller frees it, 0 when unset, -errno. */
int db_attr_get(struct db *db, int64_t host, const char *name, char **ret_value);

/* Adds the VMs of a container for which an attribute counts whose name is like the GLOB. */
int db_attr_find_vms(struct db *db, int64_t container, const char *glob,
		     struct host_set *vms);

#endif
