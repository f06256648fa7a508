/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening the inventory: finding, making, recognising and upgrading the file. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>

#include "db/store/internal.h"
#include "lib/text.h"

#define BUSY_SECONDS 60
#define BUSY_NAP_NANOSECONDS 10000000 /* at most, between two tries */

#define READING_TRIES 50
#define READING_NAP_NANOSECONDS 10000000

static const char BEGIN[] = "BEGIN IMMEDIATE";
static const char BEGIN_READING[] = "BEGIN";
static const char COMMIT[] = "COMMIT";
static const char NOTE_WRITER[] = "INSERT INTO writer (only_row, who) VALUES (1, ?)";
static const char FORGET_WRITER[] = "DELETE FROM writer";
static const char GET_VERSION[] = "PRAGMA user_version";

int db_new(struct db **ret_db)
{
	/* One thread: no mutexes. A schema's worth of small objects in one block. */
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 256, 1024);
	*ret_db = calloc(1, sizeof(**ret_db));
	return *ret_db ? 0 : -ENOMEM;
}

static void close_sqlite(struct db *db)
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
	close_sqlite(db);
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

static int execute(struct db *db, const char *sql)
{
	if (sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_fail_sqlite(db);
	return 0;
}

/*
 * Another command writes: tries again after short naps of random length. SQLite's own
 * handler sleeps longer the longer it has waited, so that who came last goes first.
 */
static int wait_for_writer(void *data, int tries)
{
	struct db *db = data;
	struct timespec now, nap = { 0, 0 };
	uint32_t random = 0;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (tries == 0)
		db->busy_since = now.tv_sec;
	if (now.tv_sec - db->busy_since > BUSY_SECONDS)
		return 0;
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
		random = (uint32_t)now.tv_nsec;
	nap.tv_nsec = 500000 + random % BUSY_NAP_NANOSECONDS;
	nanosleep(&nap, NULL);
	return 1;
}

static int connect(struct db *db, const char *path, int flags)
{
	if (sqlite3_open_v2(path, &db->sqlite, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK)
		return db->sqlite ? db_fail_sqlite(db) : db_fail_memory(db);
	sqlite3_extended_result_codes(db->sqlite, 1);
	if (!db->glances)
		sqlite3_busy_handler(db->sqlite, wait_for_writer, db);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return execute(db, "PRAGMA temp_store = MEMORY");
}

/*
 * A writer keeps -wal and -shm when it leaves, or a member of the file's group could not
 * open the file while nobody writes; the -wal is emptied, so that nobody has to replay it.
 */
static int prepare_writing(struct db *db)
{
	int on = 1;

	db_pass_on_owner(db);
	sqlite3_file_control(db->sqlite, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
	return execute(db,
		       "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
		       "PRAGMA recursive_triggers = ON; PRAGMA journal_size_limit = 0;");
}

static int fail_open(struct db *db, int error, const char *what)
{
	db->unreadable = true;
	return db_fail(db, error, "%s: %s", db->path, what);
}

/* The system said no, as errno tells. */
static int fail_system(struct db *db, const char *what, const char *advice)
{
	int error = errno;

	db->unreadable = true;
	return db_fail(db, -error, "%s: it cannot be %s (%s); %s", db->path, what,
		       strerror(error), advice);
}

static int fail_create(struct db *db)
{
	if (errno == ENOSPC || errno == EDQUOT)
		return fail_open(db, -ENOSPC,
				 "the disk is full; make room and try again");
	return fail_system(db, "made",
			   "its folder is to be there, and yours to write in");
}

/*
 * Who is no member of the group that may read is told which it is: the file's, or its
 * folder's where even that is closed to him.
 */
static int fail_reading(struct db *db)
{
	_cleanup_free_ char *folder = NULL;
	const struct group *group = NULL;
	const int error = errno;
	char advice[160];
	struct stat st;

	if (error == EACCES) {
		folder = strdup(db->path);
		if (!folder)
			return db_fail_memory(db);
		if ((stat(db->path, &st) == 0 || stat(dirname(folder), &st) == 0) &&
		    (st.st_mode & S_IRGRP) != 0 && st.st_gid != 0)
			group = getgrgid(st.st_gid);
	}
	if (group && text_is_clean(group->gr_name))
		snprintf(advice, sizeof(advice),
			 "it is for members of the group %.64s: have root add you to "
			 "it, then log in again",
			 group->gr_name);
	else
		snprintf(advice, sizeof(advice), "see who may read it, and its folder");
	errno = error;
	return fail_system(db, "opened", advice);
}

/* A lock over NFS is a promise nobody keeps. https://www.sqlite.org/faq.html#q5 */
static int refuse_network(struct db *db, const char *path)
{
	struct statfs fs;

	if (statfs(path, &fs) == 0 && fs.f_type == NFS_SUPER_MAGIC)
		return fail_open(db, -EOPNOTSUPP,
				 "it is on NFS, where locks cannot be trusted; "
				 "keep the inventory on a local disk");
	return 0;
}

static int refuse_network_folder(struct db *db)
{
	_cleanup_free_ char *copy = strdup(db->path);

	return copy ? refuse_network(db, dirname(copy)) : db_fail_memory(db);
}

/* Looks at the header alone, so that a file that is not ours is not even opened. */
static int recognise(struct db *db)
{
	_cleanup_close_ int fd = open(db->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	unsigned char header[100];
	struct stat st;
	ssize_t length;
	uint32_t id;

	if (fd < 0 || fstat(fd, &st) < 0)
		return fail_reading(db);
	if (!S_ISREG(st.st_mode))
		return fail_open(db, -EMEDIUMTYPE,
				 "it is no file; name an inventory file");
	length = pread(fd, header, sizeof(header), 0);
	if (length < 0)
		return fail_system(db, "read", "see the kernel's log");
	if (length < (ssize_t)sizeof(header) ||
	    memcmp(header, "SQLite format 3", 16) != 0)
		return fail_open(db, -EMEDIUMTYPE,
				 "it is no inventory, or its beginning is damaged; it "
				 "was not touched");
	id = (uint32_t)header[68] << 24 | (uint32_t)header[69] << 16 |
	     (uint32_t)header[70] << 8 | header[71];
	if (id != DB_APPLICATION_ID)
		return fail_open(
			db, -EMEDIUMTYPE,
			"it is an SQLite file of another program; it was not touched");
	return 0;
}

/* Writes the schema into a file nobody sees yet. */
static int fill(struct db *db, const char *path)
{
	char pragma[64];
	int r;

	r = connect(db, path, SQLITE_OPEN_READWRITE);
	if (r < 0)
		return r;
	snprintf(pragma, sizeof(pragma), "PRAGMA application_id = %d", DB_APPLICATION_ID);
	r = execute(db, "BEGIN IMMEDIATE");
	if (r == 0)
		r = execute(db, pragma);
	if (r == 0)
		r = db_schema_migrate(db, 0);
	if (r == 0)
		r = execute(db, "COMMIT; PRAGMA journal_mode = WAL");
	close_sqlite(db);
	return r;
}

static int sync_folder(const char *path)
{
	_cleanup_free_ char *copy = strdup(path);
	_cleanup_close_ int fd = -1;

	if (!copy)
		return -ENOMEM;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

/*
 * A new file is for the group that its folder is for, where both have one owner: the
 * group that the administrator, or the package, gave the folder.
 */
static void pass_on_group(const char *path, int fd)
{
	_cleanup_free_ char *copy = strdup(path);
	struct stat folder;

	if (!copy || stat(dirname(copy), &folder) < 0 || folder.st_uid != geteuid())
		return;
	/* Who is no member of that group keeps the file to his own. */
	if (fchown(fd, -1, folder.st_gid) < 0)
		return;
}

/*
 * Makes the file under another name and links it in place: nobody ever sees half of it,
 * and of several who make it at once one wins and the others use that one.
 */
static int create(struct db *db)
{
	_cleanup_free_ char *new_path = NULL;
	_cleanup_close_ int fd = -1;
	int r;

	if (strcmp(db->path, DB_DEFAULT_PATH) == 0)
		mkdir("/var/lib/rocks", 0750);
	if (asprintf(&new_path, "%s.new-XXXXXX", db->path) < 0)
		return db_fail_memory(db);
	fd = mkostemp(new_path, O_CLOEXEC);
	if (fd < 0)
		return fail_create(db);
	pass_on_group(new_path, fd);
	r = fchmod(fd, 0640) < 0 ? fail_create(db) : 0;
	if (r == 0)
		r = fill(db, new_path);
	if (r == 0 && link(new_path, db->path) < 0 && errno != EEXIST)
		r = fail_create(db);
	unlink(new_path);
	if (r == 0 && sync_folder(db->path) < 0)
		r = fail_create(db);
	return r;
}

/* The inventory of a frontend on which nothing was added yet. */
static int open_empty(struct db *db)
{
	int r = connect(db, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

	return r < 0 ? r : db_schema_migrate(db, 0);
}

/*
 * A reader who may not write to the -shm can come just when a writer makes it anew: SQLite
 * answers with one of these. https://www.sqlite.org/rescode.html#readonly_recovery
 */
static bool will_pass(struct db *db)
{
	switch (sqlite3_extended_errcode(db->sqlite)) {
	case SQLITE_READONLY_RECOVERY:
	case SQLITE_READONLY_CANTINIT:
	case SQLITE_CANTOPEN:
	case SQLITE_PROTOCOL:
		return true;
	default:
		return false;
	}
}

static int fetch_version(struct db *db, int64_t *ret_version)
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

/* 1 when the file is of this program's version, 0 when of an older one, -errno. */
static int read_version(struct db *db, int64_t *ret_version)
{
	int r = fetch_version(db, ret_version);

	if (r < 0)
		return r;
	if (*ret_version < 1)
		return fail_open(
			db, -EMEDIUMTYPE,
			"it is no whole inventory, and was not touched; restore a copy");
	if (*ret_version > db_schema_version()) {
		db->unreadable = true;
		return db_fail(db, -EPROTO,
			       "%s: it is of version %lld, this program knows versions "
			       "up to %d; "
			       "upgrade this program (the file was not touched)",
			       db->path, (long long)*ret_version, db_schema_version());
	}
	return *ret_version == db_schema_version();
}

static int upgrade(struct db *db)
{
	int64_t version;
	int r = prepare_writing(db);

	if (r == 0)
		r = execute(db, "BEGIN IMMEDIATE");
	if (r < 0)
		return r;
	/* Read again under the lock: another command may have been first. */
	r = read_version(db, &version);
	if (r == 0)
		r = db_schema_migrate(db, (int)version);
	if (r >= 0) {
		db_busy_make(db);
		return execute(db, "COMMIT");
	}
	sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
	return r;
}

static int check_version(struct db *db, enum db_mode mode)
{
	int64_t version;
	int r = read_version(db, &version);

	if (r != 0)
		return r < 0 ? r : 0;
	if (mode == DB_WRITE)
		return upgrade(db);
	if (mode == DB_GLANCE || access(db->path, W_OK) < 0)
		return fail_open(db, -EPROTO,
				 "it is of an older version; any command run by its "
				 "owner upgrades it");
	close_sqlite(db);
	r = connect(db, db->path, SQLITE_OPEN_READWRITE);
	return r < 0 ? r : upgrade(db);
}

static int open_file(struct db *db, enum db_mode mode)
{
	int flags = mode == DB_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	int r = recognise(db);

	if (r == 0)
		r = refuse_network(db, db->path);
	if (r < 0)
		return r;
	if (mode == DB_WRITE && access(db->path, W_OK) < 0)
		return fail_system(db, "written", "run this as the file's owner");
	r = connect(db, db->path, flags);
	if (r == 0 && mode == DB_WRITE)
		r = prepare_writing(db);
	return r < 0 ? r : check_version(db, mode);
}

int db_open(struct db *db, const char *path, bool named, enum db_mode mode)
{
	struct stat st;
	int r;

	db->glances = mode == DB_GLANCE;
	/* SQLite takes «:memory:» and «file:…» for more than a file's name. */
	if (asprintf(&db->path, "%s%s", strchr(path, ':') && *path != '/' ? "./" : "",
		     path) < 0)
		return db_fail_memory(db);
	if (stat(path, &st) < 0 && errno == ENOENT) {
		if (mode == DB_GLANCE || (mode == DB_READ && named))
			return fail_open(db, -ENOENT,
					 "there is no such file; the first command that "
					 "writes makes it");
		if (mode == DB_READ)
			return open_empty(db);
		r = refuse_network_folder(db);
		if (r == 0)
			r = create(db);
		if (r < 0)
			return r;
	}
	return open_file(db, mode);
}

int db_open_writer(struct db *db, struct db **ret_own)
{
	struct db *own = NULL;
	int r;

	if (sqlite3_db_readonly(db->sqlite, "main") == 0)
		return 0;
	r = db_new(&own);
	if (r == 0)
		r = db_open(own, db->path, true, DB_WRITE);
	if (r < 0) {
		r = db_fail(db, r, "%s", own ? db_error(own) : "out of memory");
		db_free(own);
		return r;
	}
	*ret_own = own;
	return 0;
}

int db_begin(struct db *db, const char *who)
{
	int r = db_run(db, BEGIN, "");

	if (r < 0)
		return r;
	r = db_run(db, FORGET_WRITER, "");
	return r < 0 ? r : db_run(db, NOTE_WRITER, "t", who);
}

int db_commit(struct db *db)
{
	int r = db_run(db, FORGET_WRITER, "");

	return r < 0 ? r : db_run(db, COMMIT, "");
}

void db_rollback(struct db *db)
{
	/* It cannot fail but where SQLite has already done it. */
	if (!sqlite3_get_autocommit(db->sqlite))
		sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
}

int db_begin_reading(struct db *db)
{
	int64_t version;
	int r = db_run(db, BEGIN_READING, "");

	/* The first statement that reads is the one that takes the snapshot. */
	if (r == 0)
		r = fetch_version(db, &version);
	return r < 0 ? r : 0;
}
