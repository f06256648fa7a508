/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files beside the inventory: their owner, group and mode, and the file of locks. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>

#include "db/store/internal.h"
#include "lib/lock-holder.h"
#include "lib/secure-path.h"

static const char *path_of(const struct db *db)
{
	return sqlite3_db_filename(db->sqlite, "main");
}

/* Sets the mode through an O_PATH descriptor, which fchmod() refuses. */
static void change_mode(int fd, mode_t mode)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	/* Not through the file's name, which may belong to another file by now. */
	chmod(path, mode);
}

/*
 * Refuses links: a symbolic or hard link may lead to any file. O_PATH, because closing
 * any other descriptor would drop SQLite's locks on the file.
 */
static void pass_on(int folder, const char *name, const struct stat *file)
{
	_cleanup_close_ int fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat beside;

	if (fd < 0 || fstat(fd, &beside) < 0 || !S_ISREG(beside.st_mode) ||
	    beside.st_nlink != 1)
		return;
	if ((beside.st_uid != file->st_uid || beside.st_gid != file->st_gid) &&
	    fchownat(fd, "", file->st_uid, file->st_gid, AT_EMPTY_PATH) < 0)
		return;
	if (beside.st_mode != file->st_mode)
		change_mode(fd, file->st_mode & 0777);
}

/*
 * If others can write to the folder, they can rename any file that they reach, even
 * root's, to one of these names. Then nothing is changed.
 */
void db_pass_on_owner(struct db *db)
{
	static const char *const endings[] = { "-wal", "-shm", "-busy" };
	const char *path = path_of(db), *slash = path ? strrchr(path, '/') : NULL;
	_cleanup_free_ char *copy = path ? strdup(path) : NULL;
	_cleanup_close_ int folder = -1;
	struct stat status, file;

	if (!copy || !slash)
		return;
	folder = open(dirname(copy), O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0 || fstat(folder, &status) < 0 || !secure_path_is_ours(&status) ||
	    fstatat(folder, slash + 1, &file, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISREG(file.st_mode))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		_cleanup_free_ char *name = NULL;

		if (asprintf(&name, "%s%s", slash + 1, endings[i]) >= 0)
			pass_on(folder, name, &file);
	}
}

/* The same for a new file beside it; fd must be open for writing. */
static void pass_on_to(struct db *db, int fd)
{
	struct stat file;

	if (stat(path_of(db), &file) < 0)
		return;
	if (fchown(fd, file.st_uid, file.st_gid) < 0 && geteuid() == 0)
		return;
	fchmod(fd, file.st_mode & 0777);
}

int db_busy_open(struct db *db, bool writing)
{
	const char *path = sqlite3_db_filename(db->sqlite, "main");
	_cleanup_free_ char *name = NULL;
	struct stat st;
	int fd;

	if (!path || !*path)
		return -ENOENT;
	if (asprintf(&name, "%s-busy", path) < 0)
		return -ENOMEM;
	fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd >= 0) {
		pass_on_to(db, fd);
		return fd;
	}
	fd = open(name,
		  (writing ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return -ELOOP;
}

void db_busy_make(struct db *db)
{
	int fd = db_busy_open(db, true);

	if (fd >= 0)
		close(fd);
}

/*
 * Bytes of the -shm that are locks: to write, to checkpoint and to recover the log.
 * https://www.sqlite.org/walformat.html, «WAL locks»
 */
#define WAL_LOCKS 120
#define WAL_LOCKS_COUNT 3

void db_add_writer(struct db *db, struct strbuf *text)
{
	static int kept[2] = { -1, -1 };
	const char *path = path_of(db);
	_cleanup_free_ char *shared = NULL;

	if (!path || !*path || asprintf(&shared, "%s-shm", path) < 0)
		return;
	/* Open until we end: closing one would drop SQLite's locks. */
	if (kept[0] < 0)
		kept[0] = open(shared, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (kept[1] < 0)
		kept[1] = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kept[0] >= 0 &&
	    lock_holder_add(kept[0], WAL_LOCKS, WAL_LOCKS_COUNT, true, text))
		return;
	if (kept[1] >= 0)
		lock_holder_add(kept[1], DB_FILE_LOCKS, DB_FILE_LOCKS_COUNT, false, text);
}
