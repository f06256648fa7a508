/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Aliases: other names of hosts, which host arguments take. */
#ifndef DB_ALIAS_H
#define DB_ALIAS_H

#include <stdint.h>

#include "db/hosts.h"

/*
 * Adds an alias. 0; -EINVAL if it could mean something else on a command line, -EEXIST if a
 * host or another alias has that name.
 */
int db_alias_add(struct db *db, const struct host_ref *host, const char *name);

/* Removes an alias of the host; succeeds if it has none of that name. */
int db_alias_remove(struct db *db, const struct host_ref *host, const char *name);

/*
 * Calls each() for the aliases of a host, sorted. The name lives for the call; a nonzero
 * result ends the walk and is returned.
 */
int db_alias_each(struct db *db, int64_t host, int (*each)(void *data, const char *name),
		  void *data);

#endif
