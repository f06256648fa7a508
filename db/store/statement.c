/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statements: prepared once, bound by type, stepped through; and their errors. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/random.h>

#include "db/store/internal.h"

int db_fail(struct db *db, int error, const char *format, ...)
{
	va_list list;

	db->code = error;
	strbuf_reset(&db->error);
	va_start(list, format);
	strbuf_add_format_list(&db->error, format, list);
	va_end(list);
	return error;
}

int db_fail_memory(struct db *db)
{
	return db_fail(db, -ENOMEM, "out of memory");
}

int db_fail_owner(struct db *db, const char *reason)
{
	db->unreadable = true;
	return db_fail(
		db, -EPERM,
		"%s: it is not opened, because its attributes are run as commands and "
		"%s; make that root's or your own (chown) and writable by nobody else "
		"(chmod o-w), or trust it: ROCKS_TRUST=%s",
		db->path, reason, db->path);
}

static int fail_reading(struct db *db, int error, const char *what)
{
	db->unreadable = true;
	return db_fail(db, error, "%s: %s", db->path ? db->path : "the inventory", what);
}

static int fail_full(struct db *db)
{
	return fail_reading(
		db, -ENOSPC,
		"the disk is full, nothing was changed; make room and try again");
}

/* A reader who may not write finds no -wal and -shm if another program wrote last. */
static int fail_unready(struct db *db)
{
	return fail_reading(db, -EACCES,
			    "it cannot be opened (its folder, or the -wal and -shm files "
			    "beside it); run any command that writes as its owner");
}

/* A violated constraint; db_refuse() has the sentences of triggers. */
static int fail_constraint(struct db *db)
{
	int code = sqlite3_extended_errcode(db->sqlite);
	const char *text = sqlite3_errmsg(db->sqlite);

	if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
		return db_fail(db, -EBUSY,
			       "refused: something else in the inventory refers to this, "
			       "or what this refers to is not there");
	if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
		return db_fail(db, -EEXIST, "refused: it is already there (%s)", text);
	return db_fail(db, -EINVAL, "refused by a rule of the inventory (%s)", text);
}

static int fail_busy(struct db *db)
{
	_cleanup_strbuf_ struct strbuf holder = STRBUF_EMPTY;

	db_add_writer(db, &holder);
	db->unreadable = true;
	if (!holder.length)
		return fail_reading(db, -EBUSY,
				    "another command has been writing for a minute; "
				    "see who has the file open, and try again");
	return db_fail(
		db, -EBUSY,
		"%s: another command has been writing for a minute, or keeps others "
		"from it: %s; wait for it or end it, and try again",
		db->path, strbuf_text(&holder));
}

int db_fail_sqlite(struct db *db)
{
	return db_fail_code(db, sqlite3_extended_errcode(db->sqlite));
}

int db_fail_code(struct db *db, int extended)
{
	int code = extended & 0xff;
	int system = sqlite3_system_errno(db->sqlite);

	if ((code == SQLITE_IOERR || code == SQLITE_CANTOPEN) &&
	    (system == ENOSPC || system == EDQUOT))
		return fail_full(db);
	switch (code) {
	case SQLITE_CONSTRAINT:
		return fail_constraint(db);
	case SQLITE_NOMEM:
		return db_fail_memory(db);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return fail_busy(db);
	case SQLITE_FULL:
		return fail_full(db);
	case SQLITE_PERM:
	case SQLITE_READONLY:
		if (sqlite3_db_readonly(db->sqlite, "main") == 1)
			return fail_unready(db);
		return fail_reading(db, -EACCES,
				    "it cannot be written; run this as the file's owner");
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return fail_reading(
			db, -EUCLEAN,
			"it is damaged, nothing was changed; restore a copy "
			"with `rocks restore database` (see its help), or see "
			"what `sqlite3 FILE .dump` saves");
	case SQLITE_CANTOPEN:
		return *db_owner_refusal() ? db_fail_owner(db, db_owner_refusal())
					   : fail_unready(db);
	case SQLITE_IOERR:
		db->unreadable = true;
		return db_fail(db, -EIO,
			       "%s: reading or writing failed (%s); see the kernel's log",
			       db->path,
			       system ? strerror(system) : sqlite3_errmsg(db->sqlite));
	default:
		db->unreadable = true;
		return db_fail(db, -EIO,
			       "%s: the inventory gave an answer it should not (%s); "
			       "it may be damaged: restore a copy with `rocks restore "
			       "database`",
			       db->path ? db->path : "inventory",
			       sqlite3_errmsg(db->sqlite));
	}
}

static struct cached_statement *find_cached(struct db *db, const char *sql)
{
	for (size_t i = 0; i < DB_CACHED_STATEMENTS; i++) {
		struct cached_statement *cached = &db->cache[i];

		if (!cached->sql || (cached->sql == sql && !cached->in_use))
			return cached;
	}
	return NULL;
}

static int prepare(struct db *db, struct query *query, const char *sql)
{
	struct cached_statement *cached = find_cached(db, sql);

	*query = (struct query){ .db = db };
	if (cached && cached->sql) {
		cached->in_use = true;
		query->cached = cached;
		query->statement = cached->statement;
		return 0;
	}
	if (sqlite3_prepare_v3(db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT,
			       &query->statement, NULL) != SQLITE_OK)
		return db_fail_sqlite(db);
	if (cached) {
		*cached = (struct cached_statement){ sql, query->statement, true };
		query->cached = cached;
	}
	return 0;
}

static int bind(struct query *query, const char *types, va_list list)
{
	int code = SQLITE_OK;

	for (int i = 1; types[i - 1] && code == SQLITE_OK; i++) {
		sqlite3_stmt *statement = query->statement;
		const int64_t *optional = NULL;
		int64_t number;

		switch (types[i - 1]) {
		case 't':
			code = sqlite3_bind_text(statement, i, va_arg(list, const char *),
						 -1, SQLITE_STATIC);
			break;
		case 'i':
			number = va_arg(list, int64_t);
			optional = &number;
			code = sqlite3_bind_int64(statement, i, number);
			break;
		default:
			optional = va_arg(list, const int64_t *);
			code = optional ? sqlite3_bind_int64(statement, i, *optional)
					: sqlite3_bind_null(statement, i);
		}
		if (optional && i <= QUERY_NUMBERS)
			query->numbers[i - 1] = *optional;
	}
	return code == SQLITE_OK ? 0 : db_fail_sqlite(query->db);
}

static int start(struct db *db, struct query *query, const char *sql, const char *types,
		 va_list list)
{
	int r = prepare(db, query, sql);

	return r < 0 ? r : bind(query, types, list);
}

int query_start(struct db *db, struct query *query, const char *sql, const char *types,
		...)
{
	va_list list;
	int r;

	va_start(list, types);
	r = start(db, query, sql, types, list);
	va_end(list);
	return r;
}

void query_end(struct query *query)
{
	if (query->cached) {
		sqlite3_reset(query->statement);
		sqlite3_clear_bindings(query->statement);
		query->cached->in_use = false;
	} else {
		sqlite3_finalize(query->statement);
	}
	*query = (struct query){ 0 };
}

int query_step(struct query *query)
{
	switch (sqlite3_step(query->statement)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		break;
	}
	if (sqlite3_extended_errcode(query->db->sqlite) == SQLITE_CONSTRAINT_TRIGGER)
		return db_refuse(query);
	return db_fail_sqlite(query->db);
}

const char *query_text(const struct query *query, int column)
{
	return (const char *)sqlite3_column_text(query->statement, column);
}

int64_t query_integer(const struct query *query, int column)
{
	return sqlite3_column_int64(query->statement, column);
}

const int64_t *query_optional(const struct query *query, int column, int64_t *storage)
{
	if (sqlite3_column_type(query->statement, column) == SQLITE_NULL)
		return NULL;
	*storage = query_integer(query, column);
	return storage;
}

int db_run(struct db *db, const char *sql, const char *types, ...)
{
	_cleanup_query_ struct query query = { 0 };
	va_list list;
	int r;

	va_start(list, types);
	r = start(db, &query, sql, types, list);
	va_end(list);
	return r < 0 ? r : query_step(&query);
}

int db_fetch_integer(struct db *db, int64_t *ret_value, const char *sql,
		     const char *types, ...)
{
	_cleanup_query_ struct query query = { 0 };
	va_list list;
	int r;

	va_start(list, types);
	r = start(db, &query, sql, types, list);
	va_end(list);
	if (r == 0)
		r = query_step(&query);
	if (r == 1)
		*ret_value = query_integer(&query, 0);
	return r;
}

int db_fetch_text(struct db *db, char **ret_text, const char *sql, const char *types, ...)
{
	_cleanup_query_ struct query query = { 0 };
	const char *text;
	va_list list;
	int r;

	va_start(list, types);
	r = start(db, &query, sql, types, list);
	va_end(list);
	if (r == 0)
		r = query_step(&query);
	if (r != 1)
		return r;
	text = query_text(&query, 0);
	*ret_text = strdup(text ? text : "");
	return *ret_text ? 1 : db_fail_memory(db);
}

int db_make_uuid(struct db *db, char ret_text[37])
{
	unsigned char b[16];

	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		return db_fail(db, -EIO, "the kernel gave no random numbers");
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	snprintf(ret_text, 37,
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
		 b[12], b[13], b[14], b[15]);
	return 0;
}
