/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that gpupci keeps below the root: read whole, replaced whole, locked. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/file.h"
#include "lib/strbuf.h"
#include "src/gpupci/files/enter.h"
#include "src/gpupci/files/state.h"

#define FOLDER_MODE 0755
#define MOST_BROKEN 10000
#define WAIT_NANOSECONDS 50000000

/* Returns the part of the path after its last slash. */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Returns the folder of top + path, without a trailing slash; NULL if out of memory. */
static char *folder_of(const char *top, const char *path)
{
	_cleanup_strbuf_ struct strbuf folder = STRBUF_EMPTY;

	strbuf_add_string(&folder, top);
	strbuf_add(&folder, path, (size_t)(base_name(path) - path));
	while (folder.length > 1 && folder.bytes[folder.length - 1] == '/')
		folder.bytes[--folder.length] = '\0';
	return strbuf_take(&folder);
}

/* Returns a descriptor of the folder of the file, or -errno. */
static int open_folder(const struct root *root, const char *path)
{
	_cleanup_free_ char *folder = folder_of(root_entered(root->folder), path);
	int fd;

	if (!folder)
		return -ENOMEM;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Creates a folder and its parents, durably. */
static int make_folders(char *folder)
{
	char *end = folder + strlen(folder), *slash;
	int error;

	/* Back to a folder that exists, then forward again. */
	while (mkdir(folder, FOLDER_MODE) < 0 && errno != EEXIST) {
		slash = strrchr(folder, '/');
		if (errno != ENOENT || !slash || slash == folder)
			return -errno;
		*slash = '\0';
	}
	for (;;) {
		error = file_sync_folder_of(folder);
		if (error < 0 || folder + strlen(folder) == end)
			return error;
		folder[strlen(folder)] = '/';
		if (mkdir(folder, FOLDER_MODE) < 0 && errno != EEXIST)
			return -errno;
	}
}

/* As open_folder(), but creates a missing folder. */
static int make_and_open_folder(const struct root *root, const char *path)
{
	_cleanup_free_ char *folder = NULL;
	int fd = open_folder(root, path), error;

	if (fd != -ENOENT)
		return fd;
	folder = folder_of(root_entered(root->folder), path);
	if (!folder)
		return -ENOMEM;
	error = make_folders(folder);
	return error < 0 ? error : open_folder(root, path);
}

static int read_whole(int fd, char **ret_bytes, size_t *ret_length)
{
	_cleanup_strbuf_ struct strbuf content = STRBUF_EMPTY;
	int error = file_read_all(fd, STATE_MOST_BYTES, &content);

	if (error < 0)
		return error;
	*ret_length = content.length;
	*ret_bytes = strbuf_take(&content);
	return *ret_bytes ? 0 : -ENOMEM;
}

int state_read(const struct root *root, const char *path, char **ret_bytes,
	       size_t *ret_length)
{
	_cleanup_close_ int folder = open_folder(root, path);
	_cleanup_close_ int fd = -1;

	if (folder < 0)
		return folder;
	fd = file_open_regular(folder, base_name(path), O_NOFOLLOW);
	if (fd < 0)
		return fd == -EISDIR ? -EINVAL : fd;
	return read_whole(fd, ret_bytes, ret_length);
}

/* Writes a new file of that name in the folder, and syncs it to disk. */
static int write_new(int folder, const char *name, mode_t mode, const void *bytes,
		     size_t length)
{
	int error, fd;

	/* Remove what a killed run left. */
	if (unlinkat(folder, name, 0) < 0 && errno != ENOENT)
		return -errno;
	fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	if (fd < 0)
		return -errno;
	error = file_write_all(fd, bytes, length);
	if (error == 0 && (fchmod(fd, mode) < 0 || fsync(fd) < 0))
		error = -errno;
	if (close(fd) < 0 && error == 0)
		error = -errno;
	return error;
}

int state_write(const struct root *root, const char *path, mode_t mode, const void *bytes,
		size_t length)
{
	_cleanup_close_ int folder = make_and_open_folder(root, path);
	_cleanup_strbuf_ struct strbuf name = STRBUF_EMPTY;
	int error;

	if (folder < 0)
		return folder;
	strbuf_add_format(&name, ".%s.new", base_name(path));
	if (name.error)
		return name.error;
	error = write_new(folder, strbuf_text(&name), mode, bytes, length);
	if (error == 0 &&
	    renameat(folder, strbuf_text(&name), folder, base_name(path)) < 0)
		error = -errno;
	if (error < 0) {
		unlinkat(folder, strbuf_text(&name), 0);
		return error;
	}
	return fsync(folder) < 0 ? -errno : 0;
}

int state_remove(const struct root *root, const char *path)
{
	_cleanup_close_ int folder = open_folder(root, path);

	if (folder == -ENOENT)
		return 0;
	if (folder < 0)
		return folder;
	/* A read-only file system refuses before it looks. */
	if (faccessat(folder, base_name(path), F_OK, AT_SYMLINK_NOFOLLOW) < 0 &&
	    errno == ENOENT)
		return 0;
	if (unlinkat(folder, base_name(path), 0) < 0)
		return errno == ENOENT ? 0 : -errno;
	return fsync(folder) < 0 ? -errno : 0;
}

int state_set_aside(const struct root *root, const char *path, char **ret_aside)
{
	_cleanup_close_ int folder = open_folder(root, path);
	_cleanup_strbuf_ struct strbuf aside = STRBUF_EMPTY;

	if (folder < 0)
		return folder;
	for (unsigned int number = 1; number < MOST_BROKEN; number++) {
		strbuf_reset(&aside);
		strbuf_add_format(&aside, "%s%s.broken-%u", root->folder, path, number);
		if (aside.error)
			return aside.error;
		if (renameat2(folder, base_name(path), folder,
			      base_name(strbuf_text(&aside)), RENAME_NOREPLACE) == 0) {
			*ret_aside = strbuf_take(&aside);
			return fsync(folder) < 0 ? -errno : 0;
		}
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/* Whether the name is that of a file set aside at or after that time. */
static bool is_aside(int folder, const char *name, const char *base, int64_t since)
{
	size_t length = strlen(base);
	struct stat status;

	/* A rename changes the time of the inode. */
	return strncmp(name, base, length) == 0 &&
	       strncmp(name + length, ".broken-", 8) == 0 &&
	       fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       status.st_ctime >= since;
}

int state_find_aside(const struct root *root, const char *path, int64_t since,
		     char **ret_aside)
{
	_cleanup_strbuf_ struct strbuf aside = STRBUF_EMPTY;
	_cleanup_closedir_ DIR *entries = NULL;
	int folder = open_folder(root, path);
	struct dirent *entry;

	*ret_aside = NULL;
	if (folder < 0)
		return folder == -ENOENT ? 0 : folder;
	entries = fdopendir(folder);
	if (!entries) {
		close(folder);
		return -ENOMEM;
	}
	for (errno = 0; (entry = readdir(entries)); errno = 0)
		if (is_aside(folder, entry->d_name, base_name(path), since)) {
			strbuf_add_string(&aside, root->folder);
			strbuf_add(&aside, path, (size_t)(base_name(path) - path));
			strbuf_add_string(&aside, entry->d_name);
			*ret_aside = strbuf_take(&aside);
			return *ret_aside ? 0 : -ENOMEM;
		}
	return -errno;
}

/*
 * A POSIX record lock, not flock(): a child that hangs in the kernel must not keep it,
 * and the kernel reports who holds it.
 */
static int try_lock(int fd, pid_t *ret_holder)
{
	struct flock want = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fcntl(fd, F_SETLK, &want) == 0)
		return 0;
	if (errno != EAGAIN && errno != EACCES)
		return -errno;
	if (fcntl(fd, F_GETLK, &want) < 0)
		return -errno;
	*ret_holder = want.l_type == F_UNLCK || want.l_pid < 0 ? 0 : want.l_pid;
	return -EWOULDBLOCK;
}

int state_lock(const struct root *root, unsigned int seconds, int *ret_lock,
	       pid_t *ret_holder)
{
	_cleanup_close_ int folder = make_and_open_folder(root, STATE_LOCK);
	const struct timespec pause = { .tv_nsec = WAIT_NANOSECONDS };
	int64_t end = clock_milliseconds() + 1000 * (int64_t)seconds;
	int fd, error;

	if (folder < 0)
		return folder;
	fd = openat(folder, base_name(STATE_LOCK),
		    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	while ((error = try_lock(fd, ret_holder)) == -EWOULDBLOCK &&
	       clock_milliseconds() < end)
		nanosleep(&pause, NULL);
	if (error < 0) {
		close(fd);
		return error;
	}
	*ret_lock = fd;
	return 0;
}

void state_unlock(int lock)
{
	if (lock >= 0)
		close(lock);
}
