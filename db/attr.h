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

/*
 * What counts for a host, from all levels, and with host 0 for none in particular: by name, of
 * one name or of all when name is NULL.
 */
int db_attr_each_effective(struct db *db, int64_t host, const char *name,
			   int (*each)(void *data, const struct attr *row), void *data);

/*
 * What counts for each host of a list (db_host_list()), read at once; of one name, or all when
 * name is NULL.
 */
struct attr_table;
int db_attr_table_read(struct db *db, const char *hosts, const char *name,
		       struct attr_table **ret_table);
void db_attr_table_free(struct attr_table *table);

/* A host's rows, sorted by name, as long as the table; NULL when it is not in there. */
const struct attr *db_attr_table_of(const struct attr_table *table, int64_t host,
				    size_t *ret_count);

static inline void cleanup_attr_table(struct attr_table **table)
{
	db_attr_table_free(*table);
}

#define _cleanup_attr_table_ _cleanup_(cleanup_attr_table)

/* Names of what a host itself says, sorted: no level can set these. */
#define DB_ATTR_INTRINSIC 5
extern const char *const db_attr_intrinsic[DB_ATTR_INTRINSIC];

/* The value that counts for a host: 1 and the caller frees it, 0 when unset, -errno. */
int db_attr_get(struct db *db, int64_t host, const char *name, char **ret_value);

/* Adds the VMs of a container for which an attribute counts whose name is like the GLOB. */
int db_attr_find_vms(struct db *db, int64_t container, const char *glob,
		     struct host_set *vms);

#endif
