/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A user's `select …`: authorizer, allow-lists, limits and a deadline. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "db/select.h"
#include "db/store/internal.h"
#include "lib/clock.h"

#define SECONDS 5
#define MOST_ROWS 1000000
#define MEMORY_BYTES (INT64_C(64) << 20)
#define VALUE_BYTES 100000 /* a step may take time quadratic in the size */
#define PATTERN_BYTES 100  /* of LIKE and GLOB patterns for longer values */
#define STEPS_BETWEEN_LOOKS 20

struct guard {
	int64_t deadline;    /* of lib/clock.h */
	const char *refused; /* what the authorizer refused */
	bool late;
	bool large; /* values of any length may be read, but not passed to slow functions */
	bool slow; /* a slow function was to be called */
};

static const char LARGE[] =
	"SELECT 1 FROM attr WHERE length(CAST(value AS BLOB)) > ?1 UNION ALL "
	"SELECT 1 FROM os_attr WHERE length(CAST(value AS BLOB)) > ?1 LIMIT 1";

static const char *const VIEWS[] = {
	"aliases",	   "appliance_attributes",
	"appliances",	   "assignments",
	"cards",	   "global_attributes",
	"memberships",	   "networks",
	"node_attributes", "nodes",
	"os_attributes",   "subnets",
	"vm_nodes",
};

/*
 * The tables behind the views. A subquery may have a view's name: nothing else is read.
 */
static const char *const TABLES[] = {
	"alias", "appliance", "assignment", "attr",    "card",
	"host",	 "interface", "network",    "os_attr", "vm",
};

static const char *const FUNCTIONS[] = {
	"abs",	 "avg",	   "cast",    "coalesce", "count",     "glob",	"group_concat",
	"hex",	 "ifnull", "iif",     "instr",	  "length",    "like",	"lower",
	"ltrim", "max",	   "min",     "nullif",	  "printf",    "quote", "replace",
	"round", "rtrim",  "sign",    "substr",	  "substring", "sum",	"total",
	"trim",	 "typeof", "unicode", "upper",
};

/* Those of them that may take time proportional to the product of two lengths. */
static const char *const SLOW[] = { "instr", "ltrim", "replace", "rtrim", "trim" };

static bool is_listed(const char *word, const char *const *list, size_t count)
{
	for (size_t i = 0; word && i < count; i++)
		if (strcasecmp(word, list[i]) == 0)
			return true;
	return false;
}

static int refuse(struct guard *guard, const char *what)
{
	guard->refused = what;
	return SQLITE_DENY;
}

/* https://www.sqlite.org/c3ref/c_alter_table.html says what the arguments are. */
static int authorize(void *data, int action, const char *first, const char *second,
		     const char *database, const char *view)
{
	struct guard *guard = data;

	(void)database;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_READ:
		if (is_listed(first, VIEWS, ARRAY_SIZE(VIEWS)))
			return SQLITE_OK;
		/* Without a column, rows are only counted, maybe those of a view. */
		if (is_listed(first, TABLES, ARRAY_SIZE(TABLES)) &&
		    (!*second || is_listed(view, VIEWS, ARRAY_SIZE(VIEWS))))
			return SQLITE_OK;
		return refuse(guard, "reads a table that is not one of the views");
	case SQLITE_FUNCTION:
		guard->slow = guard->large && is_listed(second, SLOW, ARRAY_SIZE(SLOW));
		if (guard->slow)
			return SQLITE_DENY;
		if (is_listed(second, FUNCTIONS, ARRAY_SIZE(FUNCTIONS)))
			return SQLITE_OK;
		return refuse(guard, "calls a function that is not allowed");
	default:
		return refuse(guard, "does more than read");
	}
}

static int look_at_clock(void *data)
{
	struct guard *guard = data;

	guard->late = clock_milliseconds() > guard->deadline;
	return guard->late;
}

static int fail_memory_limit(struct db *db)
{
	return db_fail(db, -E2BIG, "the select needs too much memory");
}

/* Sets the sentence, except for -EFBIG: a value was longer than may be read. */
static int fail_select(struct db *db, const struct guard *guard)
{
	int code = sqlite3_errcode(db->sqlite);

	if (guard->slow)
		return db_fail(db, -E2BIG,
			       "the select reads values of more than %d bytes, so it may "
			       "not call instr, replace or trim",
			       VALUE_BYTES);
	if (guard->refused)
		return db_fail(
			db, -EPERM,
			"the select %s; it may read these views: nodes, memberships, "
			"appliances, subnets, networks, vm_nodes, cards, assignments, "
			"global_attributes, appliance_attributes, node_attributes",
			guard->refused);
	if (guard->late)
		return db_fail(db, -ETIME, "the select took more than %d seconds",
			       SECONDS);
	if (code == SQLITE_TOOBIG)
		return -EFBIG;
	if (code == SQLITE_NOMEM)
		return fail_memory_limit(db);
	if (code == SQLITE_ERROR || code == SQLITE_MISUSE)
		return db_fail(db, -EINVAL, "the select cannot be parsed: %s",
			       sqlite3_errmsg(db->sqlite));
	return db_fail_sqlite(db);
}

static int prepare(struct db *db, const char *sql, const struct guard *guard,
		   sqlite3_stmt **ret_statement)
{
	const char *rest = "";

	if (sqlite3_prepare_v3(db->sqlite, sql, -1, 0, ret_statement, &rest) != SQLITE_OK)
		return fail_select(db, guard);
	if (rest[strspn(rest, " \t\n;")] != '\0')
		return db_fail(db, -EPERM, "the select is more than one statement");
	if (!*ret_statement || !sqlite3_stmt_readonly(*ret_statement))
		return db_fail(db, -EPERM, "the select does more than read");
	return 0;
}

struct name_list {
	struct strbuf names; /* each with its NUL */
	size_t count;
};

static int collect(struct db *db, sqlite3_stmt *statement, const struct guard *guard,
		   struct name_list *list)
{
	int code;

	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(statement, 0);

		strbuf_add(&list->names, name ? name : "", name ? strlen(name) + 1 : 1);
		if (++list->count > MOST_ROWS ||
		    list->names.length > (size_t)MEMORY_BYTES)
			return db_fail(db, -E2BIG,
				       "the select returns too many rows; select "
				       "distinct returns fewer");
	}
	if (code != SQLITE_DONE)
		return fail_select(db, guard);
	return list->names.error ? db_fail_memory(db) : 0;
}

static int try_select(struct db *db, const char *sql, struct guard *guard,
		      struct name_list *list)
{
	int length = sqlite3_limit(db->sqlite, SQLITE_LIMIT_LENGTH,
				   guard->large ? (int)MEMORY_BYTES : VALUE_BYTES);
	int pattern = sqlite3_limit(db->sqlite, SQLITE_LIMIT_LIKE_PATTERN_LENGTH,
				    guard->large ? PATTERN_BYTES : -1);
	sqlite3_stmt *statement = NULL;
	int r;

	sqlite3_hard_heap_limit64(sqlite3_memory_used() + MEMORY_BYTES);
	sqlite3_set_authorizer(db->sqlite, authorize, guard);
	sqlite3_progress_handler(db->sqlite, STEPS_BETWEEN_LOOKS, look_at_clock, guard);
	r = prepare(db, sql, guard, &statement);
	if (r == 0)
		r = collect(db, statement, guard, list);
	sqlite3_finalize(statement);
	sqlite3_progress_handler(db->sqlite, 0, NULL, NULL);
	sqlite3_set_authorizer(db->sqlite, NULL, NULL);
	sqlite3_hard_heap_limit64(0);
	sqlite3_limit(db->sqlite, SQLITE_LIMIT_LENGTH, length);
	sqlite3_limit(db->sqlite, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, pattern);
	return r;
}

static int run_guarded(struct db *db, const char *sql, struct name_list *list)
{
	struct guard guard = { 0 };
	int64_t one;
	int r;

	guard.deadline = clock_milliseconds() + 1000 * SECONDS;
	r = try_select(db, sql, &guard, list);
	if (r != -EFBIG)
		return r;
	/*
	 * SQLite cannot even skip a row with a large value unless large values may be
	 * read.
	 */
	r = db_fetch_integer(db, &one, LARGE, "i", (int64_t)VALUE_BYTES);
	if (r != 1)
		return r < 0 ? r : fail_memory_limit(db);
	guard.large = true;
	strbuf_reset(&list->names);
	list->count = 0;
	r = try_select(db, sql, &guard, list);
	return r == -EFBIG ? fail_memory_limit(db) : r;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Calls each() once per name, however often the select returned it. */
static int pass_names(struct db *db, const struct name_list *list,
		      int (*each)(void *data, struct db *db, const char *value),
		      void *data)
{
	_cleanup_free_ const char **names =
		reallocarray(NULL, list->count + 1, sizeof(*names));
	const char *name = strbuf_text(&list->names);
	int r = 0;

	if (!names)
		return db_fail_memory(db);
	for (size_t i = 0; i < list->count; i++, name += strlen(name) + 1)
		names[i] = name;
	qsort(names, list->count, sizeof(*names), compare_names);
	for (size_t i = 0; i < list->count && r == 0; i++)
		if (i == 0 || strcmp(names[i - 1], names[i]) != 0)
			r = each(data, db, names[i]);
	return r;
}

int db_select_hosts(struct db *db, const char *sql,
		    int (*each)(void *data, struct db *db, const char *value), void *data)
{
	struct name_list list = { STRBUF_EMPTY, 0 };
	int r = run_guarded(db, sql, &list);

	if (r == 0)
		r = pass_names(db, &list, each, data);
	strbuf_release(&list.names);
	return r;
}
