/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flavors. */
#include <errno.h>
#include <string.h>

#include "db/aggregate.h"
#include "db/flavor.h"
#include "db/names.h"
#include "db/project.h"
#include "db/store/internal.h"
#include "db/store/limits.h"
#include "lib/text.h"

static const char LIST[] =
	"SELECT id, name, cpus, mem, disk_sizes, near, "
	"(SELECT name FROM aggregate WHERE aggregate.id = flavor.aggregate), "
	"(SELECT group_concat(name, ' ') FROM (SELECT project.name FROM flavor_project "
	"JOIN project ON project.id = flavor_project.project "
	"WHERE flavor_project.flavor = flavor.id ORDER BY project.name)) "
	"FROM flavor ORDER BY name";
static const char FIND[] = "SELECT id FROM flavor WHERE name = ?";
static const char ADD[] = "INSERT INTO flavor (name) VALUES (?)";
static const char SET[] =
	"UPDATE flavor SET "
	"cpus = CASE WHEN ?2 IS NULL THEN cpus ELSE nullif(?2, 0) END, "
	"mem = CASE WHEN ?3 IS NULL THEN mem ELSE nullif(?3, 0) END, "
	"disk_sizes = CASE WHEN ?4 IS NULL THEN disk_sizes ELSE nullif(?4, '') END, "
	"near = ifnull(?5, near), "
	"aggregate = CASE WHEN ?6 IS NULL THEN aggregate ELSE nullif(?6, 0) END "
	"WHERE id = ?1";
static const char REMOVE[] = "DELETE FROM flavor WHERE id = ?";
static const char LIST_CARDS[] =
	"SELECT model, count FROM flavor_card WHERE flavor = ? ORDER BY position";
static const char REMOVE_CARDS[] = "DELETE FROM flavor_card WHERE flavor = ?";
static const char ADD_CARD[] =
	"INSERT INTO flavor_card (flavor, position, model, count) VALUES (?, ?, ?, ?)";
static const char HAS_PROJECT[] =
	"SELECT 1 FROM flavor_project WHERE flavor = ? AND project = ?";
static const char ADD_PROJECT[] =
	"INSERT INTO flavor_project (flavor, project) VALUES (?, ?)";
static const char REMOVE_PROJECT[] =
	"DELETE FROM flavor_project WHERE flavor = ? AND project = ?";
static const char HAS_PROJECTS[] =
	"SELECT 1 FROM flavor_project WHERE flavor = ? LIMIT 1";
static const char LIST_PROJECTS[] =
	"SELECT flavor.name, project.name FROM flavor_project "
	"JOIN flavor ON flavor.id = flavor_project.flavor "
	"JOIN project ON project.id = flavor_project.project "
	"ORDER BY flavor.name, project.name";

int db_flavor_find(struct db *db, const char *name, int64_t *ret_id)
{
	int r = db_fetch_integer(db, ret_id, FIND, "t", name);

	if (r == 0)
		return db_fail(db, -ENOENT,
			       "there is no flavor «%s»; see `rocks list flavor`", name);
	return r < 0 ? r : 0;
}

/* Sizes of disks, such as 20 600, with single blanks between. */
static int check_disk_sizes(struct db *db, const char *sizes)
{
	_cleanup_free_ char *copy = strdup(sizes);
	char *word, *rest = copy;
	int64_t size;

	if (!copy)
		return db_fail_memory(db);
	if (strlen(sizes) > DB_NAME_LENGTH)
		return db_fail(db, -EINVAL,
			       "the sizes of disks are longer than " DB_LIMIT_TEXT(
				       DB_NAME_LENGTH) " bytes");
	while (*sizes && (word = strsep(&rest, " ")))
		if (*word == '0' ||
		    text_parse_integer(word, 1, DB_DISK_SIZE_MOST, &size) < 0)
			return db_fail(db, -EINVAL,
				       "disksize=«%s» is not sizes in GB, with a blank "
				       "between two, such as 20 600",
				       sizes);
	return 0;
}

static int set_cards(struct db *db, int64_t id, const struct wish_list *cards)
{
	int r = db_run(db, REMOVE_CARDS, "i", id);

	for (size_t i = 0; i < cards->count && r == 0; i++)
		r = db_run(db, ADD_CARD, "iiti", id, (int64_t)i, cards->wishes[i].model,
			   cards->wishes[i].count);
	return r;
}

static int change_record(struct db *db, int64_t id, const struct flavor_change *change)
{
	const char *sizes = change->disk_sizes;
	int64_t aggregate = 0;
	int r = sizes ? check_disk_sizes(db, sizes) : 0;

	if (r == 0 && change->aggregate && *change->aggregate)
		r = db_aggregate_find(db, change->aggregate, &aggregate);
	if (r == 0)
		r = db_run(db, SET, "iootto", id, change->cpus, change->mem, sizes,
			   change->near, change->aggregate ? &aggregate : NULL);
	return r == 0 && change->cards ? set_cards(db, id, change->cards) : r;
}

int db_flavor_add(struct db *db, const char *name, const struct flavor_change *change)
{
	int64_t id;
	int r = db_check_name(db, "flavor name", name);

	if (r == 0)
		r = db_fetch_integer(db, &id, FIND, "t", name);
	if (r == 1)
		return db_fail(db, -EEXIST, "flavor «%s» is already there", name);
	if (r == 0)
		r = db_run(db, ADD, "t", name);
	if (r < 0)
		return r;
	id = sqlite3_last_insert_rowid(db->sqlite);
	return change_record(db, id, change);
}

int db_flavor_set(struct db *db, const char *name, const struct flavor_change *change)
{
	int64_t id;
	int r = db_flavor_find(db, name, &id);

	return r < 0 ? r : change_record(db, id, change);
}

int db_flavor_remove(struct db *db, const char *name)
{
	int64_t id;
	int r = db_flavor_find(db, name, &id);

	return r < 0 ? r : db_run(db, REMOVE, "i", id);
}

static int read_cards(struct db *db, struct flavor *flavor)
{
	_cleanup_query_ struct query query = { 0 };
	struct wish_list *cards = &flavor->cards;
	int r = query_start(db, &query, LIST_CARDS, "i", flavor->id);

	while (r == 0 && (r = query_step(&query)) == 1) {
		struct wish *wish = &cards->wishes[cards->count];
		const char *model = query_text(&query, 0);

		r = 0;
		if (cards->count == WISH_LIST_MOST || strlen(model) > WISH_MODEL_LENGTH)
			return db_fail(db, -EUCLEAN,
				       "flavor «%s» has cards that no command records: "
				       "somebody has edited the inventory",
				       flavor->name);
		snprintf(wish->model, sizeof(wish->model), "%s", model);
		wish->count = query_integer(&query, 1);
		cards->count++;
	}
	return r;
}

int db_flavor_each(struct db *db, int (*each)(void *data, const struct flavor *row),
		   void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST, "");

	while (r == 0 && (r = query_step(&query)) == 1) {
		int64_t cpus, mem;
		struct flavor row = {
			.id = query_integer(&query, 0),
			.name = query_text(&query, 1),
			.cpus = query_optional(&query, 2, &cpus),
			.mem = query_optional(&query, 3, &mem),
			.disk_sizes = query_text(&query, 4),
			.near = query_text(&query, 5),
			.aggregate = query_text(&query, 6),
			.projects = query_text(&query, 7),
		};

		r = read_cards(db, &row);
		if (r == 0)
			r = each(data, &row);
	}
	return r;
}

static int find_both(struct db *db, const char *flavor, const char *project,
		     int64_t *ret_flavor, int64_t *ret_project)
{
	int r = db_flavor_find(db, flavor, ret_flavor);

	return r < 0 ? r : db_project_find(db, project, ret_project);
}

int db_flavor_add_project(struct db *db, const char *flavor, const char *project)
{
	int64_t id, of, one;
	int r = find_both(db, flavor, project, &id, &of);

	if (r == 0)
		r = db_fetch_integer(db, &one, HAS_PROJECT, "ii", id, of);
	if (r == 1)
		return db_fail(db, -EEXIST,
			       "flavor «%s» is already private to project «%s»", flavor,
			       project);
	return r < 0 ? r : db_run(db, ADD_PROJECT, "ii", id, of);
}

int db_flavor_remove_project(struct db *db, const char *flavor, const char *project,
			     bool *ret_everybody)
{
	int64_t id, of, one;
	int r = find_both(db, flavor, project, &id, &of);

	if (r < 0)
		return r;
	r = db_fetch_integer(db, &one, HAS_PROJECT, "ii", id, of);
	if (r == 0)
		return db_fail(
			db, -ENOENT,
			"flavor «%s» is not private to project «%s»; see `rocks list "
			"flavor project %s`",
			flavor, project, flavor);
	if (r == 1)
		r = db_run(db, REMOVE_PROJECT, "ii", id, of);
	if (r == 0)
		r = db_fetch_integer(db, &one, HAS_PROJECTS, "i", id);
	if (r < 0)
		return r;
	*ret_everybody = r == 0;
	return 0;
}

int db_flavor_each_project(struct db *db,
			   int (*each)(void *data, const char *flavor,
				       const char *project),
			   void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST_PROJECTS, "");

	while (r == 0 && (r = query_step(&query)) == 1)
		r = each(data, query_text(&query, 0), query_text(&query, 1));
	return r;
}
