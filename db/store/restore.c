/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Restoring a copy: validated and upgraded in a file of its own, then put in place. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "db/store/aside.h"
#include "db/store/backup.h"
#include "db/store/connection.h"
#include "db/store/copy.h"
#include "db/store/internal.h"
#include "lib/fresh.h"

static const char QUICK_CHECK[] = "PRAGMA quick_check(1)";
static const char PAGE_SIZE[] = "PRAGMA page_size";

static int take_error(struct db *db, struct db *from, int r)
{
	if (r < 0 && from != db) {
		db->unreadable = from->unreadable;
		return db_fail(db, r, "%s", db_error(from));
	}
	return r;
}

static int new_named(struct db *db, const char *path, struct db **ret_db)
{
	if (db_new(ret_db) < 0)
		return db_fail_memory(db);
	(*ret_db)->path = strdup(path);
	return (*ret_db)->path ? 0 : db_fail_memory(db);
}

/* The copy is only read; what is wrong with fresh is wrong with the copy. */
static int take_copy(struct db *db, const char *copy, struct db *fresh, const char *path)
{
	_cleanup_(cleanup_db) struct db *source = NULL;
	int r = new_named(db, copy, &source);

	if (r == 0)
		r = take_error(db, source, db_open_copy(source));
	if (r < 0)
		return r;
	r = connection_open(fresh, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW);
	if (r == 0)
		r = backup_run(source, fresh);
	if (r == 0)
		r = connection_execute(fresh, "PRAGMA journal_mode = DELETE");
	return r;
}

static int upgrade(struct db *fresh, int64_t version)
{
	int r = db_schema_begin(fresh);

	if (r == 0)
		r = db_schema_migrate(fresh, (int)version);
	if (r == 0)
		r = connection_execute(fresh, "COMMIT");
	return r < 0 ? r : backup_check(fresh);
}

static int validate(struct db *fresh)
{
	int64_t version;
	int r = db_check_newer(fresh, &version);

	if (r >= 0)
		r = backup_check(fresh);
	if (r >= 0 && version < db_schema_version())
		r = upgrade(fresh, version);
	return r < 0 ? r : db_schema_check(fresh);
}

/* Gives the file that is to replace another its owner and mode. */
static int pass_on(struct db *db, const struct fresh *fresh, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		db_pass_on_group(fresh->path, fresh->fd);
		st.st_mode = 0640;
	} else if (fchown(fresh->fd, st.st_uid, st.st_gid) < 0) {
		return connection_fail_system(db, "given its owner",
					      "run this as the owner of the inventory");
	}
	return fchmod(fresh->fd, st.st_mode & 0777) < 0
		       ? connection_fail_system(db, "given its mode", "run this as root")
		       : 0;
}

/* Moves and starts of VMs read the inventory again after they have waited. */
static int lock_moves(struct db *db, struct db *inventory, int *ret_fd)
{
	struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	*ret_fd = db_busy_open(inventory, true);
	if (*ret_fd < 0)
		return db_fail(db, *ret_fd, "%s-busy: it cannot be opened (%s)", db->path,
			       strerror(-*ret_fd));
	if (fcntl(*ret_fd, F_OFD_SETLK, &all) == 0)
		return 0;
	return db_fail(db, -EBUSY,
		       "another command is moving or starting a VM; wait until it ends");
}

/* Opens the inventory if it is whole enough to be written to in a transaction. */
static int open_inventory(struct db *inventory)
{
	_cleanup_free_ char *answer = NULL;
	int64_t version;
	int r = db_open_copy(inventory);

	if (r < 0)
		return r;
	connection_close(inventory);
	r = connection_open(inventory, inventory->path, SQLITE_OPEN_READWRITE);
	if (r == 0)
		r = connection_prepare_writing(inventory);
	if (r == 0)
		r = db_check_newer(inventory, &version);
	if (r >= 0)
		r = db_fetch_text(inventory, &answer, QUICK_CHECK, "");
	if (r >= 0 && (r == 0 || strcmp(answer, "ok") != 0))
		r = db_fail_code(inventory, SQLITE_CORRUPT);
	return r < 0 ? r : connection_keep_log(inventory);
}

/* SQLite replaces no pages by others of another size in a file with a log. */
static int match_page_size(struct db *fresh, struct db *inventory)
{
	int64_t is = 0, wanted = 0;
	char pragma[64];
	int r = db_fetch_integer(fresh, &is, PAGE_SIZE, "");

	if (r >= 0)
		r = db_fetch_integer(inventory, &wanted, PAGE_SIZE, "");
	if (r < 0 || is == wanted)
		return r < 0 ? r : 0;
	snprintf(pragma, sizeof(pragma), "PRAGMA page_size = %d; VACUUM", (int)wanted);
	return connection_execute(fresh, pragma);
}

static int write_over(struct db *db, struct db *fresh, struct db *inventory)
{
	_cleanup_close_ int busy = -1;
	int r = match_page_size(fresh, inventory);

	if (r < 0)
		return take_error(db, fresh, r);
	r = lock_moves(db, inventory, &busy);
	return r < 0 ? r : take_error(db, inventory, backup_run(fresh, inventory));
}

/* Whether what is wrong with the inventory is what replacing it would mend. */
static bool is_past_use(int error)
{
	return error == -EUCLEAN || error == -EMEDIUMTYPE || error == -ENOENT;
}

static int put(struct db *db, struct db *fresh, struct fresh *file, bool replace,
	       char **ret_aside)
{
	_cleanup_(cleanup_db) struct db *inventory = NULL;
	int r = new_named(db, db->path, &inventory);

	if (r < 0)
		return r;
	r = access(db->path, F_OK) < 0 ? -ENOENT : open_inventory(inventory);
	if (r == 0)
		return write_over(db, fresh, inventory);
	if (!is_past_use(r))
		return take_error(db, inventory, r);
	if (!replace && (r != -ENOENT || aside_is_needed(db->path))) {
		db->unreadable = inventory->unreadable;
		return db_fail(db, r,
			       "%s: it is damaged, not an inventory, or only parts of it "
			       "are there; replace=yes moves it aside and restores the "
			       "copy",
			       db->path);
	}
	connection_close(inventory);
	connection_close(fresh);
	r = pass_on(db, file, db->path);
	return r < 0 ? r : aside_replace(db, file, ret_aside);
}

int db_restore(struct db *db, const char *path, const char *copy, bool replace,
	       char **ret_aside)
{
	_cleanup_(cleanup_db) struct db *fresh = NULL;
	_cleanup_fresh_ struct fresh file = FRESH_NONE;
	int r;

	/* Beside the file that a link leads to. */
	db->path = realpath(path, NULL);
	if (!db->path && errno == ENOENT)
		db->path = connection_path(path);
	if (!db->path)
		return db_fail(db, -errno, "%s: it cannot be found (%s)", path,
			       strerror(errno));
	r = new_named(db, copy, &fresh);
	if (r < 0)
		return r;
	r = fresh_make(&file, db->path);
	if (r < 0)
		return db_fail(db, r,
			       "%s: no file can be made in its folder (%s); run this as "
			       "the owner",
			       db->path, strerror(-r));
	r = take_copy(db, copy, fresh, file.path);
	if (r < 0)
		return fresh->code ? take_error(db, fresh, r) : r;
	r = take_error(db, fresh, validate(fresh));
	return r < 0 ? r : put(db, fresh, &file, replace, ret_aside);
}
