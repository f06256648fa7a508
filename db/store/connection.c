/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection to the file: opening, simple queries, closing, and its errors. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "db/store/connection.h"
#include "db/store/internal.h"
#include "lib/clock.h"

#define BUSY_SECONDS 60
#define BUSY_NAP_NANOSECONDS 10000000 /* longest wait between two tries */

#define READING_TRIES 50
#define READING_NAP_NANOSECONDS 10000000

static const char GET_VERSION[] = "PRAGMA user_version";

int db_new(struct db **ret_db)
{
	/*
	 * One thread needs no mutexes. The lookaside memory holds the small objects of
	 * the schema.
	 */
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 256, 1024);
	*ret_db = calloc(1, sizeof(**ret_db));
	return *ret_db ? 0 : -ENOMEM;
}

void connection_close(struct db *db)
{
	for (size_t i = 0; i < DB_CACHED_STATEMENTS; i++)
		sqlite3_finalize(db->cache[i].statement);
	memset(db->cache, 0, sizeof(db->cache));
	sqlite3_close(db->sqlite);
	db->sqlite = NULL;
}

void db_free(struct db *db)
{
	if (!db)
		return;
	connection_close(db);
	strbuf_release(&db->error);
	free(db->path);
	free(db);
}

const char *db_error(const struct db *db)
{
	return strbuf_text(&db->error);
}

int db_error_code(const struct db *db)
{
	return db->code;
}

void db_forget_error(struct db *db)
{
	db->code = 0;
}

bool db_is_unreadable(const struct db *db)
{
	return db->unreadable;
}

int connection_execute(struct db *db, const char *sql)
{
	if (sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_fail_sqlite(db);
	return 0;
}

/*
 * Waits for another writer: tries again after short waits of random length. SQLite's own
 * handler waits longer each time, so that whoever came last goes first.
 */
static int wait_for_writer(void *data, int tries)
{
	struct db *db = data;
	struct timespec nap = { 0, 0 };
	uint32_t random = 0;
	int64_t now = clock_milliseconds();

	if (tries == 0)
		db->busy_since = now;
	if (now - db->busy_since > 1000 * BUSY_SECONDS)
		return 0;
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
		random = (uint32_t)clock_nanoseconds();
	nap.tv_nsec = 500000 + random % BUSY_NAP_NANOSECONDS;
	nanosleep(&nap, NULL);
	return 1;
}

char *connection_path(const char *path)
{
	char *safe;

	if (asprintf(&safe, "%s%s", strchr(path, ':') && *path != '/' ? "./" : "", path) <
	    0)
		return NULL;
	return safe;
}

int connection_open(struct db *db, const char *path, int flags)
{
	db_watch_owner();
	if (sqlite3_open_v2(path, &db->sqlite, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK)
		return db->sqlite ? db_fail_sqlite(db) : db_fail_memory(db);
	sqlite3_extended_result_codes(db->sqlite, 1);
	if (!db->glances)
		sqlite3_busy_handler(db->sqlite, wait_for_writer, db);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return connection_execute(db, "PRAGMA temp_store = MEMORY");
}

int connection_prepare_writing(struct db *db)
{
	int on = 1;

	db_pass_on_owner(db);
	db_checkpoint_watch(db);
	sqlite3_file_control(db->sqlite, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
	return connection_execute(
		db, "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
		    "PRAGMA recursive_triggers = ON; PRAGMA journal_size_limit = 0;");
}

int connection_keep_log(struct db *db)
{
	return connection_execute(db, "PRAGMA journal_mode = WAL; PRAGMA user_version");
}

int connection_fail(struct db *db, int error, const char *what)
{
	db->unreadable = true;
	return db_fail(db, error, "%s: %s", db->path, what);
}

int connection_fail_system(struct db *db, const char *what, const char *advice)
{
	int error = errno;

	db->unreadable = true;
	return db_fail(db, -error, "%s: it cannot be %s (%s); %s", db->path, what,
		       strerror(error), advice);
}

/*
 * A reader who may not write to the -shm can come just when a writer makes it again;
 * SQLite then returns one of these.
 * https://www.sqlite.org/rescode.html#readonly_recovery
 */
static bool will_pass(struct db *db)
{
	switch (sqlite3_extended_errcode(db->sqlite)) {
	case SQLITE_READONLY_RECOVERY:
	case SQLITE_READONLY_CANTINIT:
	case SQLITE_CANTOPEN:
	case SQLITE_PROTOCOL:
		return !*db_owner_refusal();
	default:
		return false;
	}
}

int connection_fetch_version(struct db *db, int64_t *ret_version)
{
	const struct timespec nap = { 0, READING_NAP_NANOSECONDS };
	int r = db_fetch_integer(db, ret_version, GET_VERSION, "");

	for (int i = db->glances ? READING_TRIES : 0;
	     i < READING_TRIES && r < 0 && will_pass(db); i++) {
		nanosleep(&nap, NULL);
		db->unreadable = false;
		r = db_fetch_integer(db, ret_version, GET_VERSION, "");
	}
	return r;
}
