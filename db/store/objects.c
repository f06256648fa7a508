/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables, indexes, views and triggers of an open file: whether they are ours. */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "db/store/connection.h"
#include "db/store/internal.h"

/* Indexes that SQLite makes of constraints have no SQL. sqlite_schema is not in SQLite 3.26. */
static const char OBJECTS[] = "SELECT sql FROM sqlite_master WHERE sql NOT NULL";
static const char CHANGES[] = "PRAGMA schema_version";
static const char NAMED_OBJECTS[] =
	"SELECT sql, type, substr(name, 1, 64) FROM sqlite_master WHERE sql NOT NULL";
static const char FIND_SQL[] = "SELECT 1 FROM sqlite_master WHERE sql = ?";
static const char FIND_NAME[] = "SELECT 1 FROM sqlite_master WHERE type = ? AND name = ?";

/*
 * What SQLite keeps for itself, and what a site may add, judged by the words that SQLite
 * reads: a row's type and name may be made up. A trigger is neither: it could change rows,
 * or never end.
 */
static bool is_passive(const char *sql)
{
	static const char *const beginnings[] = {
		"CREATE TABLE sqlite_", "CREATE TABLE site_", "CREATE TABLE \"site_",
		"CREATE VIEW site_",	"CREATE INDEX site_", "CREATE VIEW \"site_",
		"CREATE INDEX \"site_",
	};

	for (size_t i = 0; i < ARRAY_SIZE(beginnings); i++)
		if (strncmp(sql, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	return false;
}

/* Fast rather than strong: whoever can write the file can write commands into it anyway. */
static uint64_t hash(const char *text)
{
	const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
	size_t length = strlen(text), rest = length % 8;
	uint64_t sum = length * factor, word;

	for (const char *end = text + length - rest; text < end; text += 8) {
		memcpy(&word, text, 8);
		sum = (sum ^ le64toh(word)) * factor;
		sum ^= sum >> 32;
	}
	word = 0;
	memcpy(&word, text, rest);
	sum = (sum ^ le64toh(word)) * factor;
	return sum ^ sum >> 32;
}

int db_schema_hash(struct db *db, uint64_t *ret_hash)
{
	_cleanup_query_ struct query query = { 0 };
	uint64_t sum = 0;
	int r = query_start(db, &query, OBJECTS, "");

	if (r == 0)
		r = query_step(&query);
	for (; r == 1; r = query_step(&query)) {
		const char *sql = query_text(&query, 0);

		if (!sql)
			return db_fail_memory(db);
		if (!is_passive(sql))
			sum += hash(sql);
	}
	if (r == 0)
		*ret_hash = sum;
	return r;
}

static int refuse(struct db *db, const char *what, const char *type, const char *name)
{
	db->unreadable = true;
	return db_fail(
		db, -EMEDIUMTYPE,
		"%s: it is not an inventory of this program: %s the %s %s; it was "
		"not touched; restore a copy with `rocks restore database`, or have "
		"`sqlite3 FILE .schema` show what was changed",
		db->path, what, type, name);
}

/* The first object of db that other lacks: 1 if there is one, 0, -errno of db. */
static int find_strange(struct db *db, struct db *other, struct query *strange)
{
	int64_t found;
	int r = query_start(db, strange, NAMED_OBJECTS, "");

	if (r == 0)
		r = query_step(strange);
	for (; r == 1; r = query_step(strange)) {
		const char *sql = query_text(strange, 0);

		if (!sql)
			return db_fail_memory(db);
		if (is_passive(sql))
			continue;
		r = db_fetch_integer(other, &found, FIND_SQL, "t", sql);
		if (r <= 0)
			return r < 0 ? db_fail(db, r, "%s", db_error(other)) : 1;
	}
	return r;
}

static int refuse_strange(struct db *db, struct db *ours, const struct query *strange)
{
	const char *type = query_text(strange, 1), *name = query_text(strange, 2);
	int64_t found;
	int r = db_fetch_integer(ours, &found, FIND_NAME, "tt", type, name);

	if (r < 0)
		return db_fail(db, r, "%s", db_error(ours));
	return refuse(db, r ? "somebody has changed" : "somebody has added", type, name);
}

/* Compares with the schema that this SQLite makes, and says what is different. */
static int compare(struct db *db, struct db *ours)
{
	_cleanup_query_ struct query added = { 0 }, missing = { 0 };
	int r = find_strange(db, ours, &added);

	if (r > 0)
		return refuse_strange(db, ours, &added);
	if (r == 0)
		r = find_strange(ours, db, &missing);
	return r <= 0 ? r
		      : refuse(db, "it lacks", query_text(&missing, 1),
			       query_text(&missing, 2));
}

int db_schema_check(struct db *db)
{
	_cleanup_(cleanup_db) struct db *ours = NULL;
	uint64_t sum;
	int r = db_schema_hash(db, &sum);

	if (r < 0 || sum == DB_SCHEMA_HASH)
		return r;
	if (db_new(&ours) < 0)
		return db_fail_memory(db);
	r = connection_open(ours, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	if (r == 0)
		r = db_schema_migrate(ours, 0);
	return r < 0 ? db_fail(db, r, "%s", db_error(ours)) : compare(db, ours);
}

int db_schema_check_changes(struct db *db)
{
	int64_t changes = 0;
	int r = db_fetch_integer(db, &changes, CHANGES, "");

	if (r < 0 || changes == DB_SCHEMA_CHANGES)
		return r < 0 ? r : 0;
	return db_schema_check(db);
}
