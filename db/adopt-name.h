/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host name of a VM that a hypervisor has, when it is recorded. */
#ifndef DB_ADOPT_NAME_H
#define DB_ADOPT_NAME_H

#include "db/seen.h"

/*
 * The VM's own name if that is free and valid for a host. Else what is left of it with only
 * letters of host names, in lower case; if that is taken, with the container's name behind
 * it. 0 with a name that the caller frees; -EINVAL or -EEXIST, with db_error(), if that is
 * taken, too; -errno.
 */
int db_adopt_name(struct db *db, const struct host_ref *container,
		  const struct seen_vm *vm, char **ret_name);

#endif
