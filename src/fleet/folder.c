/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A private folder of FIFOs for what hosts print. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "lib/cleanup.h"
#include "src/fleet/folder.h"

#define PREFIX "rocks-hosts-"
/* Seconds after which a folder without a lock is left over. */
#define STALE 10

static const char *const KINDS[] = { FAN_OUT_OUT, FAN_OUT_ERR };

/* Removes only FIFOs; a folder with anything else stays. */
static void empty_kind(int folder, const char *kind)
{
	int fd = openat(folder, kind, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	_cleanup_closedir_ DIR *list = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	struct stat st;

	if (!list) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(list)))
		if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISFIFO(st.st_mode))
			unlinkat(fd, entry->d_name, 0);
	unlinkat(folder, kind, AT_REMOVEDIR);
}

static void remove_folder(int folder, int parent, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(KINDS); i++)
		empty_kind(folder, KINDS[i]);
	unlinkat(parent, name, AT_REMOVEDIR);
}

/* The lock of a killed process is gone. */
static void remove_stale(int parent, const char *name)
{
	_cleanup_close_ int fd =
		openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
	    time(NULL) - st.st_mtime > STALE && flock(fd, LOCK_EX | LOCK_NB) == 0)
		remove_folder(fd, parent, name);
}

static void sweep(const char *place)
{
	_cleanup_closedir_ DIR *list = opendir(place);
	const struct dirent *entry;

	while (list && (entry = readdir(list)))
		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0)
			remove_stale(dirfd(list), entry->d_name);
}

static int make_in(struct fan_out_folder *folder, const char *place)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/" PREFIX "XXXXXX", place) < 0)
		return -ENOMEM;
	if (!mkdtemp(path))
		return -errno;
	folder->path = take_pointer(path);
	folder->lock = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->lock < 0 || flock(folder->lock, LOCK_EX | LOCK_NB) < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(KINDS); i++)
		if (mkdirat(folder->lock, KINDS[i], 0700) < 0)
			return -errno;
	sweep(place);
	return 0;
}

/* In memory if possible: a disk may take a millisecond per FIFO. */
int fan_out_folder_make(struct fan_out_folder *folder)
{
	const char *wanted = secure_getenv("TMPDIR");
	const char *const places[] = { wanted && *wanted ? wanted : "/dev/shm", "/tmp" };
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(places) && !folder->path; i++)
		r = make_in(folder, places[i]);
	return r;
}

/* Renames it first, so that a late program does not make a file where a FIFO was. */
void fan_out_folder_remove(struct fan_out_folder *folder)
{
	_cleanup_free_ char *gone = NULL;

	if (folder->path && asprintf(&gone, "%s-", folder->path) >= 0) {
		const char *path = rename(folder->path, gone) < 0 ? folder->path : gone;

		remove_folder(folder->lock, AT_FDCWD, path);
	}
	if (folder->lock >= 0)
		close(folder->lock);
	free(folder->path);
	*folder = (struct fan_out_folder)FAN_OUT_FOLDER_NONE;
}
