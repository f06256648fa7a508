/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Projects. */
#include <errno.h>

#include "db/names.h"
#include "db/project.h"
#include "db/store/internal.h"

#define MOST_NAMES 8 /* in a sentence */
/* The first names of some rows, with … for more. */
#define SOME_NAMES(rows)                                                                 \
	"SELECT group_concat(iif(n > " DB_LIMIT_TEXT(                                    \
		MOST_NAMES) ", '…', name), ', ') "                                     \
			    "FROM (SELECT name, row_number() OVER (ORDER BY name) AS n " \
			    "FROM " rows                                                 \
			    " ORDER BY name LIMIT " DB_LIMIT_TEXT(MOST_NAMES) " + 1)"

static const char LIST[] =
	"SELECT id, name, unix_group, "
	"(SELECT count(*) FROM member WHERE member.project = project.id), "
	"(SELECT count(*) FROM vm WHERE vm.project = project.id) "
	"FROM project ORDER BY name";
static const char FIND[] = "SELECT id FROM project WHERE name = ?";
static const char ADD[] = "INSERT INTO project (name, unix_group) VALUES (?, ?)";
static const char REMOVE[] = "DELETE FROM project WHERE id = ?";
static const char VMS[] = SOME_NAMES("vm JOIN host ON host.id = vm.host "
				     "WHERE vm.project = ?");
static const char FLAVORS[] =
	SOME_NAMES("flavor_project JOIN flavor ON flavor.id = flavor_project.flavor "
		   "WHERE flavor_project.project = ?");
static const char IS_MEMBER[] = "SELECT 1 FROM member WHERE project = ? AND user = ?";
static const char ADD_MEMBER[] = "INSERT INTO member (project, user) VALUES (?, ?)";
static const char REMOVE_MEMBER[] = "DELETE FROM member WHERE project = ? AND user = ?";
static const char LIST_MEMBERS[] =
	"SELECT project.name, user FROM member JOIN project "
	"ON project.id = member.project ORDER BY project.name, user";

int db_project_find(struct db *db, const char *name, int64_t *ret_id)
{
	int r = db_fetch_integer(db, ret_id, FIND, "t", name);

	if (r == 0)
		return db_fail(db, -ENOENT,
			       "there is no project «%s»; see `rocks list project`",
			       name);
	return r < 0 ? r : 0;
}

int db_project_add(struct db *db, const char *name, const char *group)
{
	int64_t id;
	int r = db_check_name(db, "project name", name);

	if (r == 0 && group)
		r = db_check_user(db, "group", group);
	if (r == 0)
		r = db_fetch_integer(db, &id, FIND, "t", name);
	if (r == 1)
		return db_fail(db, -EEXIST, "project «%s» is already there", name);
	return r < 0 ? r : db_run(db, ADD, "tt", name, group);
}

int db_project_remove(struct db *db, const char *name)
{
	_cleanup_free_ char *vms = NULL, *flavors = NULL;
	int64_t id;
	int r = db_project_find(db, name, &id);

	if (r == 0)
		r = db_fetch_text(db, &vms, VMS, "i", id);
	if (r >= 0)
		r = db_fetch_text(db, &flavors, FLAVORS, "i", id);
	if (r < 0)
		return r;
	if (vms[0])
		return db_fail(db, -EBUSY,
			       "project «%s» still has VMs: %s; `rocks set host vm VM "
			       "project=none` takes one out of it",
			       name, vms);
	if (flavors[0])
		return db_fail(db, -EBUSY,
			       "project «%s» still has flavors: %s; `rocks remove "
			       "flavor project %s FLAVOR` takes one from it",
			       name, flavors, name);
	return db_run(db, REMOVE, "i", id);
}

int db_project_each(struct db *db, int (*each)(void *data, const struct project *row),
		    void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST, "");

	while (r == 0 && (r = query_step(&query)) == 1) {
		const struct project row = {
			.id = query_integer(&query, 0),
			.name = query_text(&query, 1),
			.group = query_text(&query, 2),
			.users = query_integer(&query, 3),
			.vms = query_integer(&query, 4),
		};

		r = each(data, &row);
	}
	return r;
}

int db_member_add(struct db *db, const char *project, const char *user)
{
	int64_t id, one;
	int r = db_project_find(db, project, &id);

	if (r == 0)
		r = db_check_user(db, "user", user);
	if (r == 0)
		r = db_fetch_integer(db, &one, IS_MEMBER, "it", id, user);
	if (r == 1)
		return db_fail(db, -EEXIST, "user «%s» is already in project «%s»", user,
			       project);
	return r < 0 ? r : db_run(db, ADD_MEMBER, "it", id, user);
}

int db_member_remove(struct db *db, const char *project, const char *user)
{
	int64_t id, one;
	int r = db_project_find(db, project, &id);

	if (r < 0)
		return r;
	r = db_fetch_integer(db, &one, IS_MEMBER, "it", id, user);
	if (r == 0)
		return db_fail(db, -ENOENT,
			       "user «%s» is not in project «%s»; see `rocks list "
			       "project user %s`",
			       user, project, project);
	return r < 0 ? r : db_run(db, REMOVE_MEMBER, "it", id, user);
}

int db_member_each(struct db *db,
		   int (*each)(void *data, const char *project, const char *user),
		   void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST_MEMBERS, "");

	while (r == 0 && (r = query_step(&query)) == 1)
		r = each(data, query_text(&query, 0), query_text(&query, 1));
	return r;
}
