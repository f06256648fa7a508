/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of the whole inventory, by SQLite's backup interface. */
#include <errno.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>

#include "db/store/backup.h"
#include "db/store/connection.h"
#include "db/store/copy.h"
#include "db/store/internal.h"
#include "lib/fresh.h"
#include "lib/secure-path.h"

static int fail(struct db *db, int error, const char *path, const char *what)
{
	return db_fail(db, error, "%s: %s", path, what);
}

/* Others who can write to the folder could swap the file while SQLite opens it. */
static int check_folder(struct db *db, const char *path)
{
	_cleanup_free_ char *copy = strdup(path);
	struct stat folder;

	if (!copy)
		return db_fail_memory(db);
	if (stat(dirname(copy), &folder) < 0)
		return db_fail(db, -errno, "%s: its folder cannot be found (%s); make it",
			       path, strerror(errno));
	if (folder.st_mode & S_ISVTX)
		folder.st_mode &= ~(mode_t)(S_IWGRP | S_IWOTH);
	if (!secure_path_is_ours(&folder))
		return fail(db, -EPERM, path,
			    "others can write to its folder; name a folder of your own");
	return 0;
}

static int check_target(struct db *db, const char *path, bool replace)
{
	_cleanup_free_ char *log = NULL;
	struct stat st;

	if (lstat(path, &st) == 0) {
		if (!replace)
			return fail(db, -EEXIST, path,
				    "it is there already; name another file, or replace "
				    "it with replace=yes");
		if (!S_ISREG(st.st_mode))
			return fail(db, -EEXIST, path,
				    "it is not a file; name another file");
	}
	if (asprintf(&log, "%s-wal", path) < 0)
		return db_fail_memory(db);
	if (lstat(log, &st) == 0)
		return db_fail(db, -EBUSY,
			       "%s: it is an SQLite file in use, or was one: %s is "
			       "beside it; name another file",
			       path, log);
	return check_folder(db, path);
}

/* In a folder all copies share a stem, so that any of them removes what others left. */
static int make_stem(struct db *db, const char *path, char **ret_stem)
{
	_cleanup_free_ char *copy = strdup(path);

	if (!copy || asprintf(ret_stem, "%s/rocks-copy", dirname(copy)) < 0)
		return db_fail_memory(db);
	return 0;
}

int db_copy(struct db *db, const char *path, bool replace)
{
	_cleanup_fresh_ struct fresh fresh = FRESH_NONE;
	_cleanup_free_ char *stem = NULL;
	const char *from = sqlite3_db_filename(db->sqlite, "main");
	int r;

	if (!from || !*from)
		return db_fail(db, -ENOENT,
			       "%s: there is no inventory yet; the first command that "
			       "writes makes it",
			       db->path);
	r = check_target(db, path, replace);
	if (r == 0)
		r = make_stem(db, path, &stem);
	if (r < 0)
		return r;
	r = fresh_make(&fresh, stem);
	if (r < 0)
		return db_fail(db, r, "%s: it cannot be made (%s)", path, strerror(-r));
	r = backup_to_file(db, fresh.path);
	if (r < 0)
		return r;
	r = fresh_keep(&fresh, path, replace);
	if (r < 0)
		return db_fail(db, r, "%s: it cannot be written (%s)", path,
			       strerror(-r));
	return 0;
}
