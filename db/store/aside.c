/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moving a damaged inventory aside. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "db/store/aside.h"
#include "db/store/connection.h"
#include "db/store/internal.h"
#include "lib/clock.h"
#include "lib/file.h"
#include "lib/lock-holder.h"

#define WAIT_SECONDS 60
#define NAP_NANOSECONDS 50000000

/* The new file, until it gets the inventory's name. */
#define RESTORED "-restored"

/* The database comes last: while it is there, none of them is gone. */
static const char *const endings[] = { "-shm", "-wal", "" };

bool aside_is_needed(const char *path)
{
	_cleanup_free_ char *restored = NULL, *log = NULL;
	struct stat st;

	if (asprintf(&restored, "%s" RESTORED, path) < 0)
		restored = NULL;
	if (asprintf(&log, "%s-wal", path) < 0)
		log = NULL;
	if (!restored || !log)
		return true;
	return lstat(path, &st) < 0 &&
	       (lstat(restored, &st) == 0 || (lstat(log, &st) == 0 && st.st_size > 0));
}

static int fail(struct db *db, int error, const char *what)
{
	return db_fail(db, error, "%s: it cannot be %s (%s)", db->path, what,
		       strerror(-error));
}

static int fail_in_use(struct db *db, int fd)
{
	_cleanup_strbuf_ struct strbuf holder = STRBUF_EMPTY;

	if (lock_holder_add(fd, DB_FILE_LOCKS, DB_FILE_LOCKS_COUNT, true, &holder))
		return db_fail(db, -EBUSY,
			       "%s: %s has had it open for a minute; end it, and try "
			       "again",
			       db->path, strbuf_text(&holder));
	return db_fail(db, -EBUSY,
		       "%s: it has been in use for a minute; see who has it open, and "
		       "try again",
		       db->path);
}

/* Another restore may have replaced the file while this one waited for its lock. */
static int refuse_moved(struct db *db, int fd)
{
	struct stat locked, there;

	if (fstat(fd, &locked) == 0 && stat(db->path, &there) == 0 &&
	    locked.st_dev == there.st_dev && locked.st_ino == there.st_ino)
		return 0;
	return connection_fail(db, -EBUSY, "it was just replaced; try again");
}

/* Locks out everybody, as SQLite's exclusive lock does; *ret_fd keeps it. */
static int lock(struct db *db, int *ret_fd)
{
	struct flock all = { .l_type = F_WRLCK,
			     .l_whence = SEEK_SET,
			     .l_start = DB_FILE_LOCKS,
			     .l_len = DB_FILE_LOCKS_COUNT };
	const struct timespec nap = { 0, NAP_NANOSECONDS };
	int64_t end = clock_milliseconds() + INT64_C(1000) * WAIT_SECONDS;

	*ret_fd = file_open_regular(AT_FDCWD, db->path, O_RDWR);
	if (*ret_fd == -ENOENT)
		return 0;
	if (*ret_fd < 0)
		return fail(db, *ret_fd, "opened");
	while (fcntl(*ret_fd, F_OFD_SETLK, &all) < 0) {
		if (clock_milliseconds() >= end)
			return fail_in_use(db, *ret_fd);
		nanosleep(&nap, NULL);
	}
	return refuse_moved(db, *ret_fd);
}

/* Gives each part a second name, so that they are together whatever happens next. */
static int link_aside(struct db *db, const char *aside)
{
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		_cleanup_free_ char *from = NULL, *to = NULL;

		if (asprintf(&from, "%s%s", db->path, endings[i]) < 0 ||
		    asprintf(&to, "%s%s", aside, endings[i]) < 0)
			return db_fail_memory(db);
		if (link(from, to) < 0 && errno != ENOENT)
			return fail(db, -errno, "given another name");
	}
	return 0;
}

/* The database goes first: nobody may open it without its log. */
static int unlink_parts(struct db *db)
{
	for (size_t i = ARRAY_SIZE(endings); i-- > 0;) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s%s", db->path, endings[i]) < 0)
			return db_fail_memory(db);
		if (unlink(path) < 0 && errno != ENOENT)
			return fail(db, -errno, "moved aside");
	}
	return 0;
}

/* Whether any part has that name already: 1, 0, -ENOMEM. */
static int is_taken(const char *aside)
{
	struct stat status;

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s%s", aside, endings[i]) < 0)
			return -ENOMEM;
		if (lstat(path, &status) == 0)
			return 1;
	}
	return 0;
}

/* The first free one of this second and those after it: a kill may have left one. */
static int name_aside(struct db *db, char **ret_aside)
{
	time_t now = time(NULL);
	int r = 1;

	for (; r == 1; now++) {
		_cleanup_free_ char *aside = NULL;
		char text[CLOCK_FILE_TIME_SIZE];

		clock_write_file_time(now, text);
		if (asprintf(&aside, "%s.%s", db->path, text) < 0)
			return db_fail_memory(db);
		r = is_taken(aside);
		if (r == 0) {
			*ret_aside = aside;
			aside = NULL;
		}
	}
	return r < 0 ? db_fail_memory(db) : 0;
}

int aside_replace(struct db *db, struct fresh *file, char **ret_aside)
{
	_cleanup_free_ char *restored = NULL, *aside = NULL;
	_cleanup_close_ int fd = -1;
	int r = lock(db, &fd);

	if (r == 0)
		r = name_aside(db, &aside);
	if (r == 0 && asprintf(&restored, "%s" RESTORED, db->path) < 0) {
		restored = NULL;
		return db_fail_memory(db);
	}
	if (r < 0)
		return r;
	r = fresh_keep(file, restored, true);
	if (r < 0)
		return fail(db, r, "restored");
	r = link_aside(db, aside);
	if (r < 0)
		return r;
	r = file_sync_folder_of(db->path);
	if (r < 0)
		return fail(db, r, "moved aside");
	r = unlink_parts(db);
	if (r < 0)
		return r;
	if (renameat2(AT_FDCWD, restored, AT_FDCWD, db->path, RENAME_NOREPLACE) < 0)
		return fail(db, -errno, "put in place");
	r = file_sync_folder_of(db->path);
	if (r < 0)
		return fail(db, r, "written to disk");
	if (fd >= 0) {
		*ret_aside = aside;
		aside = NULL;
	}
	return 0;
}
