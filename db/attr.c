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

static const char FIND[] = "SELECT id FROM attr WHERE " OWNED " AND name = ?3";
static const char ADD[] = "INSERT INTO attr (appliance, host, name, value) "
			  "VALUES (nullif(?1, 0), nullif(?2, 0), ?3, ?4)";
static const char SET[] = "UPDATE attr SET value = ?2 WHERE id = ?1";
static const char REMOVE[] = "DELETE FROM attr WHERE " OWNED " AND name = ?3";
static const char LIST[] = "SELECT name, value, CASE WHEN host THEN 'H' "
			   "WHEN appliance THEN 'A' ELSE 'G' END "
			   "FROM attr WHERE " OWNED " AND (?3 IS NULL OR name = ?3) "
			   "ORDER BY name";

static const char VMS[] =
	"SELECT host.id, host.name FROM vm JOIN host ON host.id = vm.host "
	"WHERE container = ?1 AND (EXISTS (SELECT 1 FROM attr WHERE host = vm.host "
	"AND name GLOB ?2) OR EXISTS (SELECT 1 FROM attr WHERE appliance = "
	"host.appliance AND name GLOB ?2) OR EXISTS (SELECT 1 FROM attr "
	"WHERE ifnull(attr.host, 0) = 0 AND ifnull(attr.appliance, 0) = 0 "
	"AND name GLOB ?2)) ORDER BY host.name";

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
	return db_fetch_integer(db, ret_id, FIND, "iit", appliance_of(owner),
				host_of(owner), name);
}

static int insert(struct db *db, const struct attr_owner *owner, const char *name,
		  const char *value)
{
	return db_run(db, ADD, "iitt", appliance_of(owner), host_of(owner), name, value);
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
		return db_run(db, SET, "it", id, value);
	return r < 0 ? r : insert(db, &owner, name, value);
}

int db_attr_remove(struct db *db, struct attr_owner owner, const char *name)
{
	return db_run(db, REMOVE, "iit", appliance_of(&owner), host_of(&owner), name);
}

int db_attr_each(struct db *db, struct attr_owner owner, const char *name,
		 int (*each)(void *data, const struct attr *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST, "iit", appliance_of(&owner),
			    host_of(&owner), name);

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
