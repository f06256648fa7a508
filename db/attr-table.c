/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Effective attributes of hosts: the levels, merged. */
#include <errno.h>
#include <string.h>

#include "db/attr.h"
#include "db/store/internal.h"
#include "lib/texts.h"

/* A host's intrinsic attributes, in the order of db_attr_intrinsic. */
static const char SELF[] = "SELECT host.id, appliance.id, appliance.name, host.name, "
			   "membership, rack, rank, os "
			   "FROM host JOIN appliance ON appliance.id = host.appliance "
			   "WHERE host.id " DB_AMONG " ORDER BY host.id";
/* Written so that SQLite uses the index attr_owner. */
static const char OWN[] =
	"SELECT ifnull(host, 0), name, value FROM attr "
	"WHERE ifnull(host, 0) " DB_AMONG " AND ifnull(appliance, 0) = 0 "
	"AND (?2 IS NULL OR name = ?2) ORDER BY ifnull(host, 0), name";

/* Sorted by name. */
struct list {
	struct attr *rows;
	size_t count;
};

struct host_rows {
	int64_t host;
	size_t first, count; /* of the table's rows */
};

struct attr_table {
	struct texts texts;
	struct list rows;	 /* those of one host after those of another */
	struct host_rows *hosts; /* sorted by id */
	size_t host_count;
};

/* Those that several hosts share: of an appliance or an operating system. */
struct shared_rows {
	struct attr_owner owner;
	struct list list;
};

/* The levels; a later one overrides an earlier one. */
enum { GLOBAL, OS, APPLIANCE, HOST, ITSELF, LEVELS };

struct reading {
	struct db *db;
	struct attr_table *table;
	const char *name; /* NULL: all */
	struct query own;
	int has_own; /* 1: own is at a row that belongs to a later host; 0 at the end; -errno */
	struct list global, host, itself;
	struct shared_rows *shared;
	size_t shared_count;
};

/* Makes room for one more; the room doubles whenever the count is a power of two. */
static void *grow(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return reallocarray(array, count ? count * 2 : 1, size);
}

static int list_add(struct list *list, const struct attr *row)
{
	struct attr *rows = grow(list->rows, list->count, sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	list->rows = rows;
	rows[list->count++] = *row;
	return 0;
}

/* Adds a row with copies of its texts, except the source. */
static int list_keep(struct reading *reading, struct list *list, const char *name,
		     const char *value, const char *source)
{
	struct texts *texts = &reading->table->texts;
	struct attr kept = { .name = texts_keep(texts, name),
			     .value = texts_keep(texts, value),
			     .source = source };

	return texts->error || list_add(list, &kept) < 0 ? db_fail_memory(reading->db)
							 : 0;
}

struct level {
	struct reading *reading;
	struct list *list;
	const char *source;
};

static int add_to_level(void *data, const struct attr *row)
{
	struct level *level = data;

	return list_keep(level->reading, level->list, row->name, row->value,
			 level->source);
}

static int read_level(struct reading *reading, struct attr_owner owner, struct list *list)
{
	static const char *const sources[ATTR_LEVELS] = { "G", "O", "A", "H" };
	struct level level = { reading, list, sources[owner.level] };

	return db_attr_each(reading->db, owner, reading->name, add_to_level, &level);
}

static bool is_owner(const struct attr_owner *a, const struct attr_owner *b)
{
	return a->level == b->level && a->id == b->id &&
	       (a->level != ATTR_OS || strcmp(a->os, b->os) == 0);
}

/* The rows of an appliance or an os, read for its first host and then kept. */
static int find_shared(struct reading *reading, struct attr_owner owner,
		       struct list *ret_list)
{
	struct shared_rows *all = reading->shared;
	struct list list = { 0 };
	int r;

	for (size_t i = 0; i < reading->shared_count; i++) {
		if (is_owner(&all[i].owner, &owner)) {
			*ret_list = all[i].list;
			return 0;
		}
	}
	all = grow(all, reading->shared_count, sizeof(*all));
	if (!all)
		return db_fail_memory(reading->db);
	reading->shared = all;
	if (owner.os)
		owner.os = texts_keep(&reading->table->texts, owner.os);
	if (reading->table->texts.error)
		return db_fail_memory(reading->db);
	r = read_level(reading, owner, &list);
	all[reading->shared_count++] = (struct shared_rows){ owner, list };
	*ret_list = list;
	return r;
}

/* The rows of one host, from the query for all hosts. */
static int read_own(struct reading *reading, int64_t host)
{
	struct query *own = &reading->own;
	int r = 0;

	reading->host.count = 0;
	while (r == 0 && reading->has_own == 1 && query_integer(own, 0) <= host) {
		if (query_integer(own, 0) == host)
			r = list_keep(reading, &reading->host, query_text(own, 1),
				      query_text(own, 2), "H");
		reading->has_own = query_step(own);
	}
	return reading->has_own < 0 ? reading->has_own : r;
}

static int read_itself(struct reading *reading, const struct query *self)
{
	int r = 0;

	reading->itself.count = 0;
	for (int i = 0; i < DB_ATTR_INTRINSIC && r == 0; i++)
		if (!reading->name || strcmp(db_attr_intrinsic[i], reading->name) == 0)
			r = list_keep(reading, &reading->itself, db_attr_intrinsic[i],
				      query_text(self, 2 + i), "I");
	return r;
}

/* Keeps the nearest row of each name. */
static int merge(struct list *rows, const struct list levels[LEVELS])
{
	const struct attr *at[LEVELS], *end[LEVELS];

	for (int i = 0; i < LEVELS; i++) {
		at[i] = levels[i].rows;
		end[i] = at[i] ? at[i] + levels[i].count : NULL;
	}
	for (;;) {
		const struct attr *first = NULL;

		for (int i = 0; i < LEVELS; i++)
			if (at[i] < end[i] &&
			    (!first || strcmp(at[i]->name, first->name) <= 0))
				first = at[i];
		if (!first)
			return 0;
		if (list_add(rows, first) < 0)
			return -ENOMEM;
		for (int i = 0; i < LEVELS; i++)
			if (at[i] < end[i] && strcmp(at[i]->name, first->name) == 0)
				at[i]++;
	}
}

static int add_host(struct reading *reading, const struct query *self)
{
	struct attr_table *table = reading->table;
	struct host_rows *hosts = grow(table->hosts, table->host_count, sizeof(*hosts));
	struct host_rows host = { .host = query_integer(self, 0),
				  .first = table->rows.count };
	struct list levels[LEVELS] = { [GLOBAL] = reading->global };
	const struct attr_owner of_os = { .level = ATTR_OS, .os = query_text(self, 7) };
	const struct attr_owner of_appliance = { .level = ATTR_APPLIANCE,
						 .id = query_integer(self, 1) };
	int r = hosts ? 0 : db_fail_memory(reading->db);

	if (hosts)
		table->hosts = hosts;
	if (r == 0)
		r = find_shared(reading, of_os, &levels[OS]);
	if (r == 0)
		r = find_shared(reading, of_appliance, &levels[APPLIANCE]);
	if (r == 0)
		r = read_own(reading, host.host);
	if (r == 0)
		r = read_itself(reading, self);
	if (r < 0)
		return r;
	levels[HOST] = reading->host;
	levels[ITSELF] = reading->itself;
	if (merge(&table->rows, levels) < 0)
		return db_fail_memory(reading->db);
	host.count = table->rows.count - host.first;
	table->hosts[table->host_count++] = host;
	return 0;
}

/* Reads the global attributes, and starts the query for those of each host. */
static int start_levels(struct reading *reading, const char *hosts)
{
	int r = read_level(reading, (struct attr_owner){ .level = ATTR_GLOBAL },
			   &reading->global);

	if (r == 0)
		r = query_start(reading->db, &reading->own, OWN, "tt", hosts,
				reading->name);
	if (r == 0)
		r = reading->has_own = query_step(&reading->own);
	return r < 0 ? r : 0;
}

/* The first query stays open, so that all the others read the same state of the file. */
static int read_hosts(struct reading *reading, const char *hosts)
{
	_cleanup_query_ struct query self = { 0 };
	int started = query_start(reading->db, &self, SELF, "t", hosts);
	int r = started < 0 ? started : query_step(&self);

	if (r == 1)
		started = start_levels(reading, hosts);
	while (r == 1 && started == 0) {
		r = add_host(reading, &self);
		if (r == 0)
			r = query_step(&self);
	}
	return started < 0 ? started : r;
}

int db_attr_table_read(struct db *db, const char *hosts, const char *name,
		       struct attr_table **ret_table)
{
	struct attr_table *table = calloc(1, sizeof(*table));
	struct reading reading = { .db = db, .table = table, .name = name };
	int r = table ? read_hosts(&reading, hosts) : db_fail_memory(db);

	query_end(&reading.own);
	for (size_t i = 0; i < reading.shared_count; i++)
		free(reading.shared[i].list.rows);
	free(reading.shared);
	free(reading.global.rows);
	free(reading.host.rows);
	free(reading.itself.rows);
	if (r < 0)
		db_attr_table_free(table);
	else
		*ret_table = table;
	return r;
}

void db_attr_table_free(struct attr_table *table)
{
	if (!table)
		return;
	texts_release(&table->texts);
	free(table->rows.rows);
	free(table->hosts);
	free(table);
}

static int compare_host(const void *key, const void *element)
{
	int64_t host = *(const int64_t *)key;
	const struct host_rows *rows = element;

	return (host > rows->host) - (host < rows->host);
}

const struct attr *db_attr_table_of(const struct attr_table *table, int64_t host,
				    size_t *ret_count)
{
	const struct host_rows *rows =
		table->host_count ? bsearch(&host, table->hosts, table->host_count,
					    sizeof(*rows), compare_host)
				  : NULL;

	*ret_count = rows ? rows->count : 0;
	return rows ? table->rows.rows + rows->first : NULL;
}

int db_attr_each_effective(struct db *db, int64_t host, const char *name,
			   int (*each)(void *data, const struct attr *row), void *data)
{
	const struct host_ref one = { .id = host };
	_cleanup_strbuf_ struct strbuf list = STRBUF_EMPTY;
	_cleanup_attr_table_ struct attr_table *table = NULL;
	const struct attr *rows = NULL;
	size_t count = 0;
	int r;

	if (!host)
		return db_attr_each(db, (struct attr_owner){ .level = ATTR_GLOBAL }, name,
				    each, data);
	if (db_host_list(&one, 1, &list) < 0)
		return db_fail_memory(db);
	r = db_attr_table_read(db, strbuf_text(&list), name, &table);
	if (r == 0)
		rows = db_attr_table_of(table, host, &count);
	for (size_t i = 0; i < count && r == 0; i++)
		r = each(data, &rows[i]);
	return r;
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
