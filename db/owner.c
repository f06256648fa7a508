/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who has a VM. */
#include "db/names.h"
#include "db/owner.h"
#include "db/project.h"
#include "db/store/internal.h"
#include "lib/text.h"

static const char SET_OWNER[] = "UPDATE vm SET owner = ?2 WHERE host = ?1";
static const char SET_PROJECT[] = "UPDATE vm SET project = ?2 WHERE host = ?1";

static int set_owner(struct db *db, int64_t vm, const char *owner)
{
	bool is_none = text_is_none(owner);
	int r = is_none ? 0 : db_check_user(db, "owner", owner);

	return r < 0 ? r : db_run(db, SET_OWNER, "it", vm, is_none ? NULL : owner);
}

static int set_project(struct db *db, int64_t vm, const char *project)
{
	bool is_none = text_is_none(project);
	int64_t id;
	int r = is_none ? 0 : db_project_find(db, project, &id);

	return r < 0 ? r : db_run(db, SET_PROJECT, "io", vm, is_none ? NULL : &id);
}

int db_vm_set_owner(struct db *db, int64_t vm, const char *owner, const char *project)
{
	int r = owner ? set_owner(db, vm, owner) : 0;

	return r == 0 && project ? set_project(db, vm, project) : r;
}
