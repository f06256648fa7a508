/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes: values at the levels global, os, appliance and host; the nearer one wins. */
#ifndef DB_ATTR_H
#define DB_ATTR_H

#include <stdint.h>

#include "db/hosts.h"

/* The farthest first. */
enum attr_level { ATTR_GLOBAL, ATTR_OS, ATTR_APPLIANCE, ATTR_HOST, ATTR_LEVELS };

struct attr_owner {
	enum attr_level level;
	int64_t id;	/* of the appliance or host, else 0 */
	const char *os; /* of ATTR_OS, else NULL */
};

struct attr {
	const char *name;
	const char *value;
	/* G global, O os, A appliance, H host, I intrinsic to the host (its rack, …) */
	const char *source;
};

/* Add fails with -EEXIST if the owner has the attribute; set creates or changes it. */
int db_attr_add(struct db *db, struct attr_owner owner, const char *name,
		const char *value);
int db_attr_set(struct db *db, struct attr_owner owner, const char *name,
		const char *value);

/* Succeeds if the attribute is not there. */
int db_attr_remove(struct db *db, struct attr_owner owner, const char *name);

/*
 * The owner's own attributes, or only the one with this name (NULL: all); sorted by name.
 */
int db_attr_each(struct db *db, struct attr_owner owner, const char *name,
		 int (*each)(void *data, const struct attr *row), void *data);

/*
 * Calls each() for every operating system that has attributes, sorted. The name lives for the
 * call; a nonzero result ends the walk and is returned.
 */
int db_attr_each_os(struct db *db, int (*each)(void *data, const char *os), void *data);

/* Whether a word can be the name of an operating system: 0, or -EINVAL with a sentence. */
int db_attr_check_os(struct db *db, const char *os);

/*
 * The effective attributes of a host, from all levels, or with host 0 the global ones;
 * sorted by name. name selects one, NULL all.
 */
int db_attr_each_effective(struct db *db, int64_t host, const char *name,
			   int (*each)(void *data, const struct attr *row), void *data);

/*
 * Reads the effective attributes of each host of a list (db_host_list()) at once; name
 * selects one, NULL all. The caller frees the table.
 */
struct attr_table;
int db_attr_table_read(struct db *db, const char *hosts, const char *name,
		       struct attr_table **ret_table);
void db_attr_table_free(struct attr_table *table);

/* A host's rows, sorted by name, owned by the table; NULL if the host is not in it. */
const struct attr *db_attr_table_of(const struct attr_table *table, int64_t host,
				    size_t *ret_count);

static inline void cleanup_attr_table(struct attr_table **table)
{
	db_attr_table_free(*table);
}

#define _cleanup_attr_table_ _cleanup_(cleanup_attr_table)

/* Names of intrinsic attributes, sorted: no level can set them. */
#define DB_ATTR_INTRINSIC 5
extern const char *const db_attr_intrinsic[DB_ATTR_INTRINSIC];

/*
 * The effective value for a host: 1 and the caller frees it, 0 if it is not set, -errno.
 */
int db_attr_get(struct db *db, int64_t host, const char *name, char **ret_value);

/*
 * Adds to vms the VMs of a container with an effective attribute whose name matches the
 * GLOB.
 */
int db_attr_find_vms(struct db *db, int64_t container, const char *glob,
		     struct host_set *vms);

#endif
