/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Appliances. */
#include <errno.h>
#include <string.h>

#include "db/appliance.h"
#include "db/names.h"
#include "db/store/internal.h"

static const char LIST[] = "SELECT id, name, membership FROM appliance ORDER BY name";
static const char FIND[] = "SELECT id FROM appliance WHERE name = ?1 OR membership = ?1 "
			   "ORDER BY name <> ?1";
static const char FIND_EITHER[] =
	"SELECT 1 FROM appliance WHERE name IN (?1, ?2) OR membership IN (?1, ?2)";
/* Host names are matched in any case, as in db/names.c. */
static const char FIND_HOST_OF_NAME[] =
	"SELECT name FROM host WHERE name COLLATE NOCASE IN (?1, ?2)";
static const char ADD[] = "INSERT INTO appliance (name, membership) VALUES (?, ?)";
static const char COUNT_HOSTS[] = "SELECT count(*) FROM host WHERE appliance = ?";
static const char REMOVE[] = "DELETE FROM appliance WHERE id = ?";

const struct appliance db_appliances_built_in[DB_APPLIANCES_BUILT_IN] = {
	{ .name = "compute", .membership = "Compute", .managed = "true" },
	{ .name = "frontend", .membership = "Frontend", .managed = "false" },
	{ .name = "hosted-vm", .membership = "Hosted VM" },
	{ .name = "login", .membership = "Login" },
	{ .name = "nas", .membership = "NAS Appliance", .managed = "true" },
	{ .name = "network", .membership = "Ethernet Switch", .managed = "false" },
	{ .name = "power", .membership = "Power Distribution Unit", .managed = "false" },
	{ .name = "vm-container", .membership = "VM Container", .managed = "true" },
};

const struct appliance *db_appliance_built_in(const char *name, const char *membership)
{
	for (int i = 0; i < DB_APPLIANCES_BUILT_IN; i++)
		if (strcmp(name, db_appliances_built_in[i].name) == 0 &&
		    strcmp(membership, db_appliances_built_in[i].membership) == 0)
			return &db_appliances_built_in[i];
	return NULL;
}

int db_appliance_each(struct db *db, int (*each)(void *data, const struct appliance *row),
		      void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST, "");

	while (r == 0 && (r = query_step(&query)) == 1) {
		struct appliance row = {
			.id = query_integer(&query, 0),
			.name = query_text(&query, 1),
			.membership = query_text(&query, 2),
		};

		r = each(data, &row);
	}
	return r;
}

int db_appliance_add(struct db *db, const char *name, const char *membership)
{
	_cleanup_free_ char *host = NULL;
	int64_t one;
	int r = db_check_new_appliance_name(db, name);

	if (r == 0)
		r = db_check_label(db, "membership", membership);
	if (r == 0)
		r = db_fetch_integer(db, &one, FIND_EITHER, "tt", name, membership);
	if (r == 1)
		return db_fail(db, -EEXIST,
			       "appliance «%s» or membership «%s» is already there; see "
			       "`rocks list appliance`",
			       name, membership);
	if (r == 0)
		r = db_fetch_text(db, &host, FIND_HOST_OF_NAME, "tt", name, membership);
	if (r == 1)
		return db_fail(db, -EEXIST,
			       "«%s» is the name of a host: give the appliance "
			       "and membership another name",
			       host);
	if (r == 0)
		r = db_check_no_aggregate(db, "appliance name", name);
	if (r == 0)
		r = db_check_no_aggregate(db, "membership", membership);
	return r < 0 ? r : db_run(db, ADD, "tt", name, membership);
}

int db_appliance_find(struct db *db, const char *word, int64_t *ret_id)
{
	int r = db_fetch_integer(db, ret_id, FIND, "t", word);

	if (r == 0)
		return db_fail(db, -ENOENT,
			       "there is no appliance «%s»; see `rocks list appliance`",
			       word);
	return r < 0 ? r : 0;
}

int db_appliance_remove(struct db *db, const char *name)
{
	int64_t id, hosts = 0;
	int r = db_appliance_find(db, name, &id);

	if (r == 0)
		r = db_fetch_integer(db, &hosts, COUNT_HOSTS, "i", id);
	if (r < 0)
		return r;
	if (hosts)
		return db_fail(db, -EBUSY,
			       "%lld host%s of appliance «%s»; see `rocks list host %s`",
			       (long long)hosts, hosts == 1 ? " is" : "s are", name,
			       name);
	return db_run(db, REMOVE, "i", id);
}
