/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes. */
#include <errno.h>
#include <string.h>

#include "db/attr.h"
#include "db/hosts.h"
#include "db/names.h"
#include "db/store/internal.h"

/*
 * The attributes of one owner: ?1 is the appliance or 0, ?2 the host or 0. Written so
 * that SQLite uses the index attr_owner.
 */
#define OWNED "ifnull(host, 0) = ?2 AND ifnull(appliance, 0) = ?1"

const char *const db_attr_intrinsic[DB_ATTR_INTRINSIC] = { "appliance", "hostname",
							   "membership", "rack", "rank" };

/* ?3 is the operating system; each set of statements takes the parameters of the other. */
struct statements {
	const char *find, *add, *set, *remove, *list;
};

static const struct statements of_host = {
	.find = "SELECT id FROM attr WHERE " OWNED " AND name = ?4",
	.add = "INSERT INTO attr (appliance, host, name, value) "
	       "VALUES (nullif(?1, 0), nullif(?2, 0), ?4, ?5)",
	.set = "UPDATE attr SET value = ?2 WHERE id = ?1",
	.remove = "DELETE FROM attr WHERE " OWNED " AND name = ?4",
	.list = "SELECT name, value, CASE WHEN host THEN 'H' WHEN appliance THEN 'A' "
		"ELSE 'G' END FROM attr WHERE " OWNED " AND (?4 IS NULL OR name = ?4) "
		"ORDER BY name",
};

static const struct statements of_os = {
	.find = "SELECT id FROM os_attr WHERE os = ?3 AND name = ?4",
	.add = "INSERT INTO os_attr (os, name, value) VALUES (?3, ?4, ?5)",
	.set = "UPDATE os_attr SET value = ?2 WHERE id = ?1",
	.remove = "DELETE FROM os_attr WHERE os = ?3 AND name = ?4",
	.list = "SELECT name, value, 'O' FROM os_attr WHERE os = ?3 "
		"AND (?4 IS NULL OR name = ?4) ORDER BY name",
};

static const char SYSTEMS[] = "SELECT DISTINCT os FROM os_attr ORDER BY os";

static const char VMS[] =
	"SELECT host.id, host.name FROM vm JOIN host ON host.id = vm.host "
	"WHERE container = ?1 AND (EXISTS (SELECT 1 FROM attr WHERE host = vm.host "
	"AND name GLOB ?2) OR EXISTS (SELECT 1 FROM attr WHERE appliance = "
	"host.appliance AND name GLOB ?2) OR EXISTS (SELECT 1 FROM os_attr "
	"WHERE os = host.os AND name GLOB ?2) OR EXISTS (SELECT 1 FROM attr "
	"WHERE ifnull(attr.host, 0) = 0 AND ifnull(attr.appliance, 0) = 0 "
	"AND name GLOB ?2)) ORDER BY host.name";

static const struct statements *statements_of(const struct attr_owner *owner)
{
	return owner->level == ATTR_OS ? &of_os : &of_host;
}

static int64_t appliance_of(const struct attr_owner *owner)
{
	return owner->level == ATTR_APPLIANCE ? owner->id : 0;
}

static int64_t host_of(const struct attr_owner *owner)
{
	return owner->level == ATTR_HOST ? owner->id : 0;
}

static int check_name(struct db *db, const struct attr_owner *owner, const char *name)
{
	/* In the old roll cards were attributes. */
	if (owner->level == ATTR_HOST && db_check_gpu_name(db, name) == 0)
		return db_fail(db, -EINVAL,
			       "%s is a card, not an attribute: `rocks add host gpu` "
			       "records it",
			       name);
	for (int i = 0; i < DB_ATTR_INTRINSIC; i++) {
		if (strcmp(name, db_attr_intrinsic[i]) != 0)
			continue;
		return db_fail(db, -EINVAL,
			       "%s is a property of the host; change it with "
			       "`rocks set host %s`",
			       name,
			       strcmp(name, "hostname") == 0	? "name"
			       : strcmp(name, "appliance") == 0 ? "membership"
								: name);
	}
	return db_check_word(db, "attribute", name);
}

/* 1 and the row's id, 0 when there is none, -errno. */
static int find(struct db *db, const struct attr_owner *owner, const char *name,
		int64_t *ret_id)
{
	return db_fetch_integer(db, ret_id, statements_of(owner)->find, "iitt",
				appliance_of(owner), host_of(owner), owner->os, name);
}

static int insert(struct db *db, const struct attr_owner *owner, const char *name,
		  const char *value)
{
	return db_run(db, statements_of(owner)->add, "iittt", appliance_of(owner),
		      host_of(owner), owner->os, name, value);
}

int db_attr_add(struct db *db, struct attr_owner owner, const char *name,
		const char *value)
{
	int64_t id;
	int r = check_name(db, &owner, name);

	if (r == 0)
		r = find(db, &owner, name, &id);
	if (r == 1)
		return db_fail(db, -EEXIST,
			       "attribute «%s» is already there; `set` changes it", name);
	return r < 0 ? r : insert(db, &owner, name, value);
}

int db_attr_set(struct db *db, struct attr_owner owner, const char *name,
		const char *value)
{
	int64_t id;
	int r = check_name(db, &owner, name);

	if (r == 0)
		r = find(db, &owner, name, &id);
	if (r == 1)
		return db_run(db, statements_of(&owner)->set, "it", id, value);
	return r < 0 ? r : insert(db, &owner, name, value);
}

int db_attr_remove(struct db *db, struct attr_owner owner, const char *name)
{
	return db_run(db, statements_of(&owner)->remove, "iitt", appliance_of(&owner),
		      host_of(&owner), owner.os, name);
}

int db_attr_each(struct db *db, struct attr_owner owner, const char *name,
		 int (*each)(void *data, const struct attr *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, statements_of(&owner)->list, "iitt",
			    appliance_of(&owner), host_of(&owner), owner.os, name);

	while (r == 0 && (r = query_step(&query)) == 1) {
		struct attr row = {
			.name = query_text(&query, 0),
			.value = query_text(&query, 1),
			.source = query_text(&query, 2),
		};

		r = each(data, &row);
	}
	return r;
}

int db_attr_check_os(struct db *db, const char *os)
{
	int r = db_check_word(db, "os", os);

	if (r == 0 && strchr(os, '%'))
		return db_fail(db, -EINVAL,
			       "«%s» is not an operating system, such as linux", os);
	return r;
}

int db_attr_each_os(struct db *db, int (*each)(void *data, const char *os), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, SYSTEMS, "");

	while (r == 0 && (r = query_step(&query)) == 1)
		r = each(data, query_text(&query, 0));
	return r;
}

int db_attr_find_vms(struct db *db, int64_t container, const char *glob,
		     struct host_set *vms)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, VMS, "it", container, glob);

	while (r == 0 && (r = query_step(&query)) == 1) {
		const struct host_ref vm = { .id = query_integer(&query, 0),
					     .name = (char *)query_text(&query, 1) };

		r = host_set_add(vms, &vm) < 0 ? db_fail_memory(db) : 0;
	}
	return r;
}
