/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Projects: who works together, and has VMs and flavors. */
#ifndef DB_PROJECT_H
#define DB_PROJECT_H

#include <stdint.h>

#include "db/store/db.h"

struct project {
	int64_t id;
	const char *name;
	const char *group; /* a Unix group whose users are members, too; or NULL */
	int64_t users;	   /* how many members it has by name */
	int64_t vms;
};

/* group may be NULL. 0; -EINVAL if a name is not valid, -EEXIST. */
int db_project_add(struct db *db, const char *name, const char *group);

/* With its members. 0, -ENOENT, or -EBUSY while VMs have it or flavors name it. */
int db_project_remove(struct db *db, const char *name);

/* Finds it in any case. 0, or -ENOENT. */
int db_project_find(struct db *db, const char *name, int64_t *ret_id);

/*
 * Calls each() for every project, sorted. Strings of a row live for the call; a nonzero result
 * ends the walk and is returned.
 */
int db_project_each(struct db *db, int (*each)(void *data, const struct project *row),
		    void *data);

/* 0; -ENOENT if there is no such project, -EEXIST if the user is in it, -EINVAL. */
int db_member_add(struct db *db, const char *project, const char *user);

/* 0, or -ENOENT if the user is not in it. */
int db_member_remove(struct db *db, const char *project, const char *user);

/* Calls each() for every member, sorted by project; as db_project_each(). */
int db_member_each(struct db *db,
		   int (*each)(void *data, const char *project, const char *user),
		   void *data);

#endif
