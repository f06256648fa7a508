/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Aggregates. */
#include <errno.h>
#include <string.h>

#include "db/aggregate.h"
#include "db/names.h"
#include "db/store/internal.h"

static const char FIND[] = "SELECT id FROM aggregate WHERE name = ?";
static const char ADD[] = "INSERT INTO aggregate (name) VALUES (?)";
static const char REMOVE[] = "DELETE FROM aggregate WHERE id = ?";
static const char LIST[] = "SELECT name FROM aggregate ORDER BY name";
static const char LIST_OF[] =
	"SELECT name FROM aggregate_host JOIN aggregate "
	"ON aggregate.id = aggregate_host.aggregate WHERE host = ? ORDER BY name";
static const char HAS[] = "SELECT 1 FROM aggregate_host WHERE aggregate = ? AND host = ?";
static const char ADD_HOST[] =
	"INSERT INTO aggregate_host (aggregate, host) VALUES (?, ?)";
static const char REMOVE_HOST[] =
	"DELETE FROM aggregate_host WHERE aggregate = ? AND host = ?";
static const char HAS_ANY[] = "SELECT 1 FROM aggregate_host WHERE aggregate = ? LIMIT 1";
static const char COUNT_CARDS[] = "SELECT count(*) FROM card WHERE host = ? AND kind <> "
				  "'fabric' AND parent IS NULL";
static const char FLAVORS[] = "SELECT group_concat(name, ', ') FROM "
			      "(SELECT name FROM flavor WHERE aggregate = ? "
			      "ORDER BY name)";
/* The aggregates that have a host and no other. */
#define ALONE                                                      \
	"FROM aggregate_host mine WHERE host = ?1 AND NOT EXISTS " \
	"(SELECT 1 FROM aggregate_host other "                     \
	"WHERE other.aggregate = mine.aggregate AND other.host <> mine.host)"
static const char NEEDED[] = "SELECT aggregate.id FROM aggregate JOIN flavor "
			     "ON flavor.aggregate = aggregate.id WHERE aggregate.id IN "
			     "(SELECT mine.aggregate " ALONE ") LIMIT 1";
static const char NAME[] = "SELECT name FROM aggregate WHERE id = ?";
static const char REMOVE_ALONE[] =
	"DELETE FROM aggregate WHERE id IN (SELECT mine.aggregate " ALONE ")";

int db_aggregate_find(struct db *db, const char *name, int64_t *ret_id)
{
	int r = db_fetch_integer(db, ret_id, FIND, "t", name);

	if (r == 0)
		return db_fail(db, -ENOENT,
			       "there is no aggregate «%s»; see `rocks list aggregate`",
			       name);
	return r < 0 ? r : 0;
}

static int find_or_add(struct db *db, const char *name, int64_t *ret_id)
{
	int r = db_check_aggregate_name(db, name);

	if (r == 0)
		r = db_fetch_integer(db, ret_id, FIND, "t", name);
	if (r != 0)
		return r < 0 ? r : 0;
	r = db_run(db, ADD, "t", name);
	if (r == 0)
		*ret_id = sqlite3_last_insert_rowid(db->sqlite);
	return r;
}

static int add_host(struct db *db, const char *name, int64_t id,
		    const struct host_ref *host)
{
	int64_t one;
	int r = db_vm_exists(db, host->id);

	if (r == 1)
		return db_fail(db, -EINVAL,
			       "%s is a VM: an aggregate has physical hosts only",
			       host->name);
	if (r == 0)
		r = db_fetch_integer(db, &one, HAS, "ii", id, host->id);
	if (r == 1)
		return db_fail(db, -EEXIST, "%s is already in aggregate «%s»", host->name,
			       name);
	return r < 0 ? r : db_run(db, ADD_HOST, "ii", id, host->id);
}

int db_aggregate_add_hosts(struct db *db, const char *name, const struct host_set *hosts)
{
	int64_t id;
	int r;

	if (!hosts->count)
		return db_fail(db, -ENOENT,
			       "no hosts match, so there is nothing to add to «%s»",
			       name);
	r = find_or_add(db, name, &id);
	for (size_t i = 0; i < hosts->count && r == 0; i++)
		r = add_host(db, name, id, &hosts->hosts[i]);
	return r;
}

static int refuse_needed(struct db *db, int64_t id)
{
	_cleanup_free_ char *name = NULL, *flavors = NULL;
	int r = db_fetch_text(db, &name, NAME, "i", id);

	if (r >= 0)
		r = db_fetch_text(db, &flavors, FLAVORS, "i", id);
	if (r < 0)
		return r;
	return db_fail(db, -EBUSY,
		       "no host of aggregate «%s» would be left, and flavors use it: %s; "
		       "change them first (`rocks set flavor FLAVOR aggregate=none`)",
		       name, flavors);
}

/* Removes an aggregate that has no host any more. */
static int remove_empty(struct db *db, int64_t id)
{
	_cleanup_free_ char *flavors = NULL;
	int64_t one;
	int r = db_fetch_integer(db, &one, HAS_ANY, "i", id);

	if (r == 0)
		r = db_fetch_text(db, &flavors, FLAVORS, "i", id);
	if (r < 0 || !flavors)
		return r < 0 ? r : 0;
	return *flavors ? refuse_needed(db, id) : db_run(db, REMOVE, "i", id);
}

int db_aggregate_remove_hosts(struct db *db, const char *name,
			      const struct host_set *hosts)
{
	bool any = false;
	int64_t id, one;
	int r = db_aggregate_find(db, name, &id);

	for (size_t i = 0; i < hosts->count && r >= 0; i++) {
		r = db_fetch_integer(db, &one, HAS, "ii", id, hosts->hosts[i].id);
		any |= r == 1;
		if (r == 1)
			r = db_run(db, REMOVE_HOST, "ii", id, hosts->hosts[i].id);
	}
	if (r < 0)
		return r;
	if (!any)
		return db_fail(
			db, -ENOENT,
			"none of these hosts is in aggregate «%s»; see `rocks list "
			"aggregate %s`",
			name, name);
	return remove_empty(db, id);
}

static int walk(struct query *query, int (*each)(void *data, const char *name),
		void *data)
{
	int r = 0;

	while (r == 0 && (r = query_step(query)) == 1)
		r = each(data, query_text(query, 0));
	return r;
}

int db_aggregate_each(struct db *db, int (*each)(void *data, const char *name),
		      void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST, "");

	return r < 0 ? r : walk(&query, each, data);
}

int db_aggregate_each_of(struct db *db, int64_t host,
			 int (*each)(void *data, const char *name), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST_OF, "i", host);

	return r < 0 ? r : walk(&query, each, data);
}

int db_aggregate_count_cards(struct db *db, int64_t host, int64_t *ret_count)
{
	int r = db_fetch_integer(db, ret_count, COUNT_CARDS, "i", host);

	return r < 0 ? r : 0;
}

int db_aggregate_leave(struct db *db, const struct host_ref *host)
{
	int64_t id;
	int r = db_fetch_integer(db, &id, NEEDED, "i", host->id);

	if (r == 1)
		return refuse_needed(db, id);
	return r < 0 ? r : db_run(db, REMOVE_ALONE, "i", host->id);
}

static int keep_name(void *data, const char *name)
{
	char **first = data;

	*first = strdup(name);
	return *first ? 1 : -ENOMEM;
}

int db_aggregate_check_vm(struct db *db, const struct host_ref *host)
{
	_cleanup_free_ char *name = NULL;
	int r = db_aggregate_each_of(db, host->id, keep_name, &name);

	if (r == -ENOMEM)
		return db_fail_memory(db);
	if (r == 1)
		return db_fail(db, -EBUSY,
			       "%s is in aggregate «%s», which has physical hosts only; "
			       "remove it first (`rocks remove aggregate host %s %s`)",
			       host->name, name, host->name, name);
	return r;
}
