/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who has a VM: its owner, a user, and its project. */
#ifndef DB_OWNER_H
#define DB_OWNER_H

#include <stdint.h>

#include "db/store/db.h"

/*
 * Sets the owner and the project of a VM; NULL leaves one unchanged, and an empty name, none or
 * null means no owner or no project. The user need not exist, nor be in the project. 0; -EINVAL if
 * the owner is not a valid name, -ENOENT if there is no such project.
 */
int db_vm_set_owner(struct db *db, int64_t vm, const char *owner, const char *project);

#endif
