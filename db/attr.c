/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes. */
#include <errno.h>
#include <string.h>

#include "db/attr.h"
#include "db/internal.h"
#include "db/names.h"

/* Of an owner: ?1 the appliance or 0, ?2 the host or 0; as the index attr_owner has it. */
#define OWNED "ifnull(host, 0) = ?2 AND ifnull(appliance, 0) = ?1"

static const char FIND[] = "SELECT id FROM attr WHERE " OWNED " AND name = ?3";
static const char ADD[] = "INSERT INTO attr (appliance, host, name, value) "
			  "VALUES (nullif(?1, 0), nullif(?2, 0), ?3, ?4)";
static const char SET[] = "UPDATE attr SET value = ?2 WHERE id = ?1";
static const char REMOVE[] = "DELETE FROM attr WHERE " OWNED " AND name = ?3";
static const char LIST[] = "SELECT name, value, CASE WHEN host THEN 'H' "
			   "WHEN appliance THEN 'A' ELSE 'G' END "
			   "FROM attr WHERE " OWNED " AND (?3 IS NULL OR name = ?3) "
			   "ORDER BY name";
/* SQLite takes the bare columns from the row of the max(). */
static const char EFFECTIVE[] =
	"SELECT name, value, source, max(nearness) FROM ("
	"SELECT name, value, 'G' AS source, 1 AS nearness FROM attr "
	"WHERE ifnull(host, 0) = 0 AND ifnull(appliance, 0) = 0 AND (?2 IS NULL OR name "
	"= ?2) "
	"UNION ALL SELECT attr.name, value, 'A', 2 FROM host "
	"JOIN attr ON attr.appliance = host.appliance "
	"WHERE host.id = ?1 AND (?2 IS NULL OR attr.name = ?2) "
	"UNION ALL SELECT name, value, 'H', 3 FROM attr "
	"WHERE host = ?1 AND (?2 IS NULL OR name = ?2) "
	"UNION ALL SELECT * FROM ("
	"WITH self AS (SELECT host.name AS hostname, rack, rank, appliance.name AS "
	"appliance, "
	"membership FROM host JOIN appliance ON appliance.id = host.appliance "
	"WHERE host.id = ?1) "
	"SELECT 'hostname' AS name, hostname, 'I', 4 FROM self "
	"UNION ALL SELECT 'rack', CAST(rack AS TEXT), 'I', 4 FROM self "
	"UNION ALL SELECT 'rank', CAST(rank AS TEXT), 'I', 4 FROM self "
	"UNION ALL SELECT 'appliance', appliance, 'I', 4 FROM self "
	"UNION ALL SELECT 'membership', membership, 'I', 4 FROM self) "
	"WHERE ?2 IS NULL OR name = ?2) "
	"GROUP BY name ORDER BY name";

static const char VMS[] =
	"SELECT host.id, host.name FROM vm JOIN host ON host.id = vm.host "
	"WHERE container = ?1 AND (EXISTS (SELECT 1 FROM attr WHERE host = vm.host "
	"AND name GLOB ?2) OR EXISTS (SELECT 1 FROM attr WHERE appliance = "
	"host.appliance AND name GLOB ?2) OR EXISTS (SELECT 1 FROM attr "
	"WHERE ifnull(attr.host, 0) = 0 AND ifnull(attr.appliance, 0) = 0 "
	"AND name GLOB ?2)) ORDER BY host.name";

static const char *const INTRINSIC[] = { "hostname", "rack", "rank", "appliance",
					 "membership" };

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
	/* So it was in the old roll. */
	if (owner->level == ATTR_HOST && db_check_gpu_name(db, name) == 0)
		return db_fail(db, -EINVAL,
			       "%s is a card, not an attribute: `rocks add host gpu` "
			       "records it",
			       name);
	for (size_t i = 0; i < ARRAY_SIZE(INTRINSIC); i++)
		if (strcmp(name, INTRINSIC[i]) == 0)
			return db_fail(db, -EINVAL,
				       "%s is what the host itself says; change it with "
				       "`rocks set host`",
				       name);
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

static int walk(struct query *query, int (*each)(void *data, const struct attr *row),
		void *data)
{
	int r = 0;

	while (r == 0 && (r = query_step(query)) == 1) {
		struct attr row = {
			.name = query_text(query, 0),
			.value = query_text(query, 1),
			.source = query_text(query, 2),
		};

		r = each(data, &row);
	}
	return r;
}

int db_attr_each(struct db *db, struct attr_owner owner, const char *name,
		 int (*each)(void *data, const struct attr *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST, "iit", appliance_of(&owner),
			    host_of(&owner), name);

	return r < 0 ? r : walk(&query, each, data);
}

int db_attr_each_effective(struct db *db, int64_t host, const char *name,
			   int (*each)(void *data, const struct attr *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, EFFECTIVE, "it", host, name);

	return r < 0 ? r : walk(&query, each, data);
}

static int keep_value(void *data, const struct attr *row)
{
	char **value = data;

	*value = strdup(row->value);
	return *value ? 1 : -ENOMEM;
}

int db_attr_get(struct db *db, int64_t host, const char *name, char **ret_value)
{
	char *value = NULL;
	int r = db_attr_each_effective(db, host, name, keep_value, &value);

	if (r == -ENOMEM)
		return db_fail_memory(db);
	if (r == 1)
		*ret_value = value;
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
