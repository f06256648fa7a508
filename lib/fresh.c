/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that is complete before it gets its name. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/file.h"
#include "lib/fresh.h"

#define ENDING ".new-XXXXXX"
#define TRIES 100

/* SQLite locks bytes from 1 GiB on: https://www.sqlite.org/fileformat2.html#lockbyte */
static int lock(int fd)
{
	struct flock first = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };

	return fcntl(fd, F_OFD_SETLK, &first) < 0 ? -errno : 0;
}

static void remove_beside(int folder, const char *name)
{
	static const char *const endings[] = { "-journal", "-wal", "-shm" };

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		_cleanup_free_ char *beside = NULL;

		if (asprintf(&beside, "%s%s", name, endings[i]) >= 0)
			unlinkat(folder, beside, 0);
	}
}

/* Removes a file whose maker is dead: nobody has locked it. */
static void sweep_file(int folder, const char *name)
{
	_cleanup_close_ int fd = file_open_regular(folder, name, O_RDWR | O_NOFOLLOW);

	if (fd < 0 || lock(fd) < 0 || unlinkat(folder, name, 0) < 0)
		return;
	remove_beside(folder, name);
}

/* Errors do not matter: the next maker tries again. */
static void sweep(const char *stem)
{
	_cleanup_free_ char *for_folder = strdup(stem), *for_name = strdup(stem);
	const char *name = for_name ? basename(for_name) : "";
	size_t length = strlen(name);
	struct dirent *entry;
	DIR *folder;

	if (!for_folder || !for_name)
		return;
	folder = opendir(dirname(for_folder));
	if (!folder)
		return;
	while ((entry = readdir(folder)))
		if (strncmp(entry->d_name, name, length) == 0 &&
		    strncmp(entry->d_name + length, ENDING, strlen(".new-")) == 0 &&
		    strlen(entry->d_name + length) == strlen(ENDING))
			sweep_file(dirfd(folder), entry->d_name);
	closedir(folder);
}

/* Another maker may remove the file before it is locked. */
static int make_locked(struct fresh *fresh, const char *stem)
{
	struct stat st;

	if (asprintf(&fresh->path, "%s" ENDING, stem) < 0) {
		fresh->path = NULL;
		return -ENOMEM;
	}
	fresh->fd = mkostemp(fresh->path, O_CLOEXEC);
	if (fresh->fd < 0) {
		int r = -errno;

		free(fresh->path);
		fresh->path = NULL;
		return r;
	}
	if (lock(fresh->fd) == -EAGAIN || fstat(fresh->fd, &st) < 0 || st.st_nlink == 0)
		return -EAGAIN;
	return 0;
}

int fresh_make(struct fresh *fresh, const char *stem)
{
	int r = -EAGAIN;

	sweep(stem);
	for (int i = 0; i < TRIES && r == -EAGAIN; i++) {
		fresh_release(fresh);
		r = make_locked(fresh, stem);
	}
	return r;
}

/* NFS takes no flags of renameat2(); vfat makes no links. */
static int rename_anew(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (link(from, to) < 0)
		return -errno;
	unlink(from);
	return 0;
}

int fresh_keep(struct fresh *fresh, const char *path, bool replace)
{
	int r = fsync(fresh->fd) < 0 ? -errno : 0;

	if (r == 0 && replace)
		r = rename(fresh->path, path) < 0 ? -errno : 0;
	else if (r == 0)
		r = rename_anew(fresh->path, path);
	if (r < 0)
		return r;
	free(fresh->path);
	fresh->path = NULL;
	return file_sync_folder_of(path);
}

void fresh_release(struct fresh *fresh)
{
	if (fresh->path) {
		unlink(fresh->path);
		remove_beside(AT_FDCWD, fresh->path);
	}
	free(fresh->path);
	if (fresh->fd >= 0)
		close(fresh->fd);
	*fresh = (struct fresh)FRESH_NONE;
}
