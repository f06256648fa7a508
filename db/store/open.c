/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening the inventory: finding, creating, recognising and upgrading the file. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "db/store/aside.h"
#include "db/store/connection.h"
#include "db/store/internal.h"
#include "lib/file.h"
#include "lib/fresh.h"
#include "lib/secure-path.h"
#include "lib/text.h"

/* What is left of an inventory that was there: a new one would hide or damage it. */
static int refuse_remains(struct db *db)
{
	return connection_fail(db, -EUCLEAN,
			       "it is missing, but its log or a part of a restore is "
			       "there; run `rocks restore database FILE replace=yes`");
}

static int fail_create(struct db *db)
{
	if (errno == ENOSPC || errno == EDQUOT)
		return connection_fail(db, -ENOSPC,
				       "the disk is full; make room and try again");
	return connection_fail_system(
		db, "made", "its folder must exist, and you must be able to write in it");
}

/*
 * If the user is not in the group that may read, names the group: that of the file, or
 * of its folder if the file cannot even be seen.
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
	return connection_fail_system(db, "opened", advice);
}

/* Its attributes are commands: nobody else may have written them. */
static int check_owner(struct db *db)
{
	_cleanup_strbuf_ struct strbuf reason = STRBUF_EMPTY;
	_cleanup_close_ int fd = secure_path_open(db->path, SECURE_DATA, &reason);

	if (reason.length)
		return db_fail_owner(db, strbuf_text(&reason));
	if (fd >= 0 || fd == -ENOENT)
		return 0;
	errno = -fd;
	return fail_reading(db);
}

/*
 * File systems of several machines. SQLite's log takes memory that all its users share, and
 * locks that hold: https://www.sqlite.org/wal.html, https://www.sqlite.org/faq.html#q5. Behind
 * FUSE are sshfs and GlusterFS as well as local file systems, and statfs() does not say which.
 */
static const struct {
	unsigned int
		type; /* of statfs(): linux/magic.h, which is older on some systems */
	const char *name;
} networks[] = {
	{ 0x6969, "NFS" },
	{ 0x517b, "SMB" },
	{ 0xff534d42, "CIFS" },
	{ 0xfe534d42, "SMB" },
	{ 0x01021997, "9p" },
	{ 0x00c36400, "CephFS" },
	{ 0x5346414f, "AFS" },
	{ 0x6b414653, "AFS" },
	{ 0x73757245, "Coda" },
	{ 0x65735546, "FUSE" },
	{ 0x7461636f, "OCFS2" },
	{ 0x01161970, "GFS2" },	  /* fs/gfs2: GFS2_MAGIC in linux/gfs2_ondisk.h */
	{ 0x0bd00bd0, "Lustre" }, /* LL_SUPER_MAGIC in lustre_user.h */
	{ 0x47504653, "GPFS" },	  /* "GPFS", as coreutils' stat knows it */
	{ 0x19830326, "BeeGFS" }, /* BEEGFS_MAGIC in its client */
};

static int refuse_network(struct db *db, const char *path)
{
	struct statfs fs;
	char sentence[160];

	if (statfs(path, &fs) < 0)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(networks); i++) {
		if ((unsigned int)fs.f_type != networks[i].type)
			continue;
		snprintf(sentence, sizeof(sentence),
			 "it is on %s, where locks cannot be trusted; keep the inventory "
			 "on a local disk",
			 networks[i].name);
		return connection_fail(db, -EOPNOTSUPP, sentence);
	}
	return 0;
}

static int refuse_network_folder(struct db *db)
{
	_cleanup_free_ char *copy = strdup(db->path);

	return copy ? refuse_network(db, dirname(copy)) : db_fail_memory(db);
}

/* Reads only the header, so that SQLite does not even open a file that is not ours. */
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
		return connection_fail(db, -EMEDIUMTYPE,
				       "it is not a file; name an inventory file");
	length = pread(fd, header, sizeof(header), 0);
	if (length < 0)
		return connection_fail_system(db, "read", "see the kernel's log");
	if (length < (ssize_t)sizeof(header) ||
	    memcmp(header, "SQLite format 3", 16) != 0)
		return connection_fail(
			db, -EMEDIUMTYPE,
			"it is not an inventory, or its beginning is damaged; it "
			"was not touched");
	id = (uint32_t)header[68] << 24 | (uint32_t)header[69] << 16 |
	     (uint32_t)header[70] << 8 | header[71];
	if (id != DB_APPLICATION_ID)
		return connection_fail(
			db, -EMEDIUMTYPE,
			"it is an SQLite file of another program; it was not touched");
	return 0;
}

/* Writes the schema into a file that nobody else uses yet. */
static int fill(struct db *db, const char *path)
{
	char pragma[64];
	int r;

	r = connection_open(db, path, SQLITE_OPEN_READWRITE);
	if (r < 0)
		return r;
	snprintf(pragma, sizeof(pragma), "PRAGMA application_id = %d", DB_APPLICATION_ID);
	r = db_schema_begin(db);
	if (r == 0)
		r = connection_execute(db, pragma);
	if (r == 0)
		r = db_schema_migrate(db, 0);
	if (r == 0)
		r = connection_execute(db, "COMMIT; PRAGMA journal_mode = WAL");
	connection_close(db);
	return r;
}

/* The administrator or the package chose the group of the folder. */
void db_pass_on_group(const char *path, int fd)
{
	_cleanup_free_ char *copy = strdup(path);
	struct stat folder;

	if (!copy || stat(dirname(copy), &folder) < 0 || folder.st_uid != geteuid())
		return;
	/* If the owner is not in that group, only the owner can read the file. */
	if (fchown(fd, -1, folder.st_gid) < 0)
		return;
}

/*
 * Makes the file under another name first: nobody sees it incomplete, and if several make
 * it at once, all use the first one.
 */
static int create(struct db *db)
{
	_cleanup_fresh_ struct fresh fresh = FRESH_NONE;
	int r;

	if (strcmp(db->path, DB_DEFAULT_PATH) == 0)
		mkdir("/var/lib/rocks", 0750);
	if (aside_is_needed(db->path))
		return refuse_remains(db);
	r = fresh_make(&fresh, db->path);
	if (r < 0) {
		errno = -r;
		return fail_create(db);
	}
	db_pass_on_group(fresh.path, fresh.fd);
	r = fchmod(fresh.fd, 0640) < 0 ? fail_create(db) : fill(db, fresh.path);
	if (r < 0)
		return r;
	r = fresh_keep(&fresh, db->path, false);
	errno = -r;
	return r < 0 && r != -EEXIST ? fail_create(db) : 0;
}

/* An inventory in memory, for a frontend on which nothing has been added yet. */
static int open_empty(struct db *db)
{
	int r = connection_open(db,
				":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

	return r < 0 ? r : db_schema_migrate(db, 0);
}

int db_check_newer(struct db *db, int64_t *ret_version)
{
	int r = connection_fetch_version(db, ret_version);

	if (r < 0)
		return r;
	if (*ret_version < 1)
		return connection_fail(
			db, -EMEDIUMTYPE,
			"it is not a complete inventory, and was not "
			"touched; restore a copy with `rocks restore database`");
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
	int r = connection_prepare_writing(db);

	if (r == 0)
		r = db_schema_begin(db);
	if (r < 0)
		return r;
	/*
	 * Reads the version again under the lock: another command may have upgraded the
	 * file.
	 */
	r = db_check_newer(db, &version);
	if (r == 0)
		r = db_schema_migrate(db, (int)version);
	if (r >= 0)
		r = db_schema_check(db);
	if (r >= 0) {
		db_busy_make(db);
		r = connection_execute(db, "COMMIT");
		return r < 0 ? r : db_schema_end(db);
	}
	sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
	return r;
}

static int check_version(struct db *db, enum db_mode mode)
{
	int64_t version;
	int r = db_check_newer(db, &version);

	if (r == 1)
		return mode == DB_WRITE ? db_schema_check(db)
					: db_schema_check_changes(db);
	if (r < 0)
		return r;
	if (mode == DB_WRITE)
		return upgrade(db);
	if (mode == DB_GLANCE || access(db->path, W_OK) < 0)
		return connection_fail(
			db, -EPROTO,
			"it is of an older version; any command run by its "
			"owner upgrades it");
	connection_close(db);
	r = connection_open(db, db->path, SQLITE_OPEN_READWRITE);
	return r < 0 ? r : upgrade(db);
}

/*
 * A restore may have replaced the file between open() and the first lock. Then the log
 * beside it belongs to the new file, and must not be written into the old one.
 */
static int refuse_moved(struct db *db)
{
	int moved = 0;

	sqlite3_file_control(db->sqlite, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	if (!moved)
		return 0;
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return connection_fail(db, -EBUSY, "it was just replaced; try again");
}

static int connect_file(struct db *db, enum db_mode mode)
{
	int r;

	if (mode == DB_WRITE && access(db->path, W_OK) < 0)
		return connection_fail_system(db, "written",
					      "run this as the file's owner");
	r = connection_open(db, db->path,
			    mode == DB_WRITE ? SQLITE_OPEN_READWRITE
					     : SQLITE_OPEN_READONLY);
	if (r == 0 && mode == DB_WRITE)
		r = connection_prepare_writing(db);
	if (r == 0)
		r = check_version(db, mode);
	if (r >= 0 && mode == DB_WRITE)
		r = connection_keep_log(db);
	return r < 0 ? r : refuse_moved(db);
}

static int open_file(struct db *db, enum db_mode mode)
{
	int r = check_owner(db);

	if (r == 0)
		r = recognise(db);
	if (r == 0)
		r = refuse_network(db, db->path);
	return r < 0 ? r : connect_file(db, mode);
}

int db_open_copy(struct db *db)
{
	int r = recognise(db);

	return r < 0 ? r : connection_open(db, db->path, SQLITE_OPEN_READONLY);
}

int db_open(struct db *db, const char *path, bool named, enum db_mode mode)
{
	struct stat st;
	int r;

	db->glances = mode == DB_GLANCE;
	db->path = connection_path(path);
	if (!db->path)
		return db_fail_memory(db);
	if (stat(path, &st) < 0 && errno == ENOENT) {
		if (mode == DB_READ && aside_is_needed(path))
			return refuse_remains(db);
		if (mode == DB_GLANCE || (mode == DB_READ && named))
			return connection_fail(
				db, -ENOENT,
				"there is no such file; the first command that "
				"writes makes it");
		if (mode == DB_READ)
			return open_empty(db);
		r = check_owner(db);
		if (r == 0)
			r = refuse_network_folder(db);
		if (r == 0)
			r = create(db);
		if (r < 0)
			return r;
	}
	return open_file(db, mode);
}

/*
 * Does not look at the file again, as db_open() does: to close another descriptor of it
 * would drop this process's locks, which keep others from overwriting what db reads.
 * https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
 */
int db_open_writer(struct db *db, struct db **ret_own)
{
	_cleanup_(cleanup_db) struct db *own = NULL;
	int r;

	if (sqlite3_db_readonly(db->sqlite, "main") == 0)
		return 0;
	if (db_new(&own) < 0)
		return db_fail_memory(db);
	own->path = strdup(db->path);
	if (!own->path)
		return db_fail_memory(db);
	r = connect_file(own, DB_WRITE);
	if (r < 0)
		return db_fail(db, r, "%s", db_error(own));
	*ret_own = take_pointer(own);
	return 0;
}
