/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flavors as lines for OpenStack need them. */
#include "db/openstack.h"
#include "db/store/internal.h"

static const char FLAVORS[] =
	"SELECT flavor.id, flavor.name, cpus, mem, disk_sizes, near, aggregate.name "
	"FROM flavor LEFT JOIN aggregate ON aggregate.id = flavor.aggregate "
	"ORDER BY flavor.name";
static const char MODELS[] =
	"SELECT model, count FROM flavor_card WHERE flavor = ? ORDER BY position";
static const char PROJECTS[] =
	"SELECT project.name FROM flavor_project JOIN project ON project.id = "
	"flavor_project.project WHERE flavor_project.flavor = ? ORDER BY project.name";

int db_openstack_flavor_each(struct db *db,
			     int (*each)(void *data, const struct openstack_flavor *row),
			     void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, FLAVORS, "");

	while (r == 0 && (r = query_step(&query)) == 1) {
		int64_t cpus, mem;
		const struct openstack_flavor row = {
			.id = query_integer(&query, 0),
			.name = query_text(&query, 1),
			.cpus = query_optional(&query, 2, &cpus),
			.mem = query_optional(&query, 3, &mem),
			.disk_sizes = query_text(&query, 4),
			.near = query_text(&query, 5),
			.aggregate = query_text(&query, 6),
		};

		r = each(data, &row);
	}
	return r;
}

int db_openstack_model_each(struct db *db, int64_t flavor,
			    int (*each)(void *data, const char *model, int64_t count),
			    void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, MODELS, "i", flavor);

	while (r == 0 && (r = query_step(&query)) == 1)
		r = each(data, query_text(&query, 0), query_integer(&query, 1));
	return r;
}

int db_openstack_project_each(struct db *db, int64_t flavor,
			      int (*each)(void *data, const char *name), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, PROJECTS, "i", flavor);

	while (r == 0 && (r = query_step(&query)) == 1)
		r = each(data, query_text(&query, 0));
	return r;
}
