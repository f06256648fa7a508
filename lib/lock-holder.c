/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who holds a lock: the kernel's answer, else /proc. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/lock-holder.h"
#include "lib/text.h"

/* The command's name of a process, "" if it cannot be read; proc(5) has 15 bytes at most. */
static void read_name(pid_t process, char name[32])
{
	_cleanup_fclose_ FILE *file = NULL;
	char path[64];

	name[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)process);
	file = fopen(path, "re");
	if (!file || !fgets(name, 32, file))
		name[0] = '\0';
	name[strcspn(name, "\n")] = '\0';
	if (!text_is_clean(name))
		name[0] = '\0';
}

static void add_process(pid_t process, struct strbuf *text)
{
	char name[32];

	read_name(process, name);
	strbuf_add_format(text, "process %d", (int)process);
	if (name[0])
		strbuf_add_format(text, " (%s)", name);
}

/*
 * Whether a descriptor has such a lock on the range, as in
 * «lock:	1: OFDLCK  ADVISORY  WRITE -1 00:1a:53 12 12»: kernel,
 * Documentation/filesystems/proc.rst, and fs/locks.c.
 */
static bool has_lock(FILE *info, const struct flock *want)
{
	char line[256], kind[16], end[24];
	long long first, last;

	while (fgets(line, sizeof(line), info)) {
		if (sscanf(line, "lock: %*d: OFDLCK %*s %15s %*d %*s %lld %23s", kind,
			   &first, end) != 3)
			continue;
		last = strcmp(end, "EOF") == 0 ? first + want->l_start + want->l_len
					       : atoll(end);
		if (first < want->l_start + want->l_len && last >= want->l_start &&
		    (want->l_type == F_WRLCK || strcmp(kind, "WRITE") == 0))
			return true;
	}
	return false;
}

/* Whether one of the descriptors of a process holds a lock on the file. */
static bool holds(int process, const struct stat *file, const struct flock *want)
{
	int folder = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_closedir_ DIR *entries = folder < 0 ? NULL : fdopendir(folder);
	const struct dirent *entry;

	if (folder >= 0 && !entries)
		close(folder);
	while (entries && (entry = readdir(entries))) {
		_cleanup_fclose_ FILE *info = NULL;
		char path[300];
		struct stat status;
		int fd;

		if (fstatat(folder, entry->d_name, &status, 0) < 0 ||
		    status.st_dev != file->st_dev || status.st_ino != file->st_ino)
			continue;
		snprintf(path, sizeof(path), "fdinfo/%s", entry->d_name);
		fd = openat(process, path, O_RDONLY | O_CLOEXEC);
		info = fd < 0 ? NULL : fdopen(fd, "r");
		if (fd >= 0 && !info)
			close(fd);
		if (info && has_lock(info, want))
			return true;
	}
	return false;
}

/* The process with a descriptor that holds it, 0 if none can be seen. */
static pid_t search(const struct stat *file, const struct flock *want)
{
	_cleanup_closedir_ DIR *processes = opendir("/proc");
	const struct dirent *entry;

	while (processes && (entry = readdir(processes))) {
		_cleanup_close_ int process = -1;
		int64_t number;

		if (text_parse_integer(entry->d_name, 1, INT32_MAX, &number) < 0 ||
		    number == getpid())
			continue;
		process = openat(dirfd(processes), entry->d_name,
				 O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (process >= 0 && holds(process, file, want))
			return (pid_t)number;
	}
	return 0;
}

bool lock_holder_add(int fd, off_t start, off_t length, bool alone, struct strbuf *text)
{
	const struct flock want = { .l_type = alone ? F_WRLCK : F_RDLCK,
				    .l_whence = SEEK_SET,
				    .l_start = start,
				    .l_len = length };
	struct flock found = want;
	struct stat file;
	pid_t process = 0;

	/* Unlike F_OFD_GETLK, this leaves out the locks of this process. */
	if (fcntl(fd, F_GETLK, &found) < 0 || found.l_type == F_UNLCK)
		return false;
	if (found.l_pid > 0)
		process = found.l_pid;
	else if (fstat(fd, &file) == 0)
		process = search(&file, &want);
	if (process > 0)
		add_process(process, text);
	return process > 0;
}
