/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose the files are that SQLite opens: an inventory's attributes are commands that we run. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "db/store/internal.h"
#include "lib/secure-path.h"

static struct strbuf refusal; /* why SQLite was refused a file, or empty */

/* The inventory that a file lies beside, as its name says, or the path itself. */
static char *inventory_of(const char *path)
{
	static const char *const endings[] = { "-wal", "-shm", "-journal" };
	size_t length = strlen(path);

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		size_t ending = strlen(endings[i]);

		if (length > ending && strcmp(path + length - ending, endings[i]) == 0)
			return strndup(path, length - ending);
	}
	return strdup(path);
}

/*
 * Whether lib/secure-path.h lets us use a file whose group may write to it, or one that
 * ROCKS_TRUST names; what lies beside it must be its owner's.
 */
static bool is_secure(const char *path, const struct stat *opened)
{
	_cleanup_free_ char *inventory = inventory_of(path);
	_cleanup_close_ int fd = -1;
	struct stat judged;

	strbuf_reset(&refusal);
	fd = inventory ? secure_path_open(inventory, SECURE_DATA, &refusal) : -1;
	if (fd < 0 || fstat(fd, &judged) < 0)
		return false;
	if (strcmp(path, inventory) != 0
		    ? judged.st_uid == opened->st_uid
		    : judged.st_dev == opened->st_dev && judged.st_ino == opened->st_ino)
		return true;
	strbuf_add_format(&refusal, "%s belongs to another user", path);
	return false;
}

/*
 * Judges by descriptor every file that SQLite opens, before it reads it; the -wal and -shm
 * too, which anybody can make first in a sticky folder.
 */
static int open_judged(const char *path, int flags, int mode)
{
	int fd = open(path, flags, mode);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) ||
	    secure_path_is_ours(&status) || is_secure(path, &status))
		return fd;
	close(fd);
	errno = EPERM;
	return -1;
}

void db_watch_owner(void)
{
	static bool watched;
	sqlite3_vfs *vfs = watched ? NULL : sqlite3_vfs_find(NULL);

	watched = true;
	if (vfs && vfs->iVersion >= 3 && vfs->xSetSystemCall)
		vfs->xSetSystemCall(vfs, "open", (sqlite3_syscall_ptr)open_judged);
}

const char *db_owner_refusal(void)
{
	return strbuf_text(&refusal);
}
