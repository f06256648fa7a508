/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files by descriptor. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/file.h"

/* /proc/sys allocates a buffer as large as the request. */
#define BLOCK_BYTES 65536

int file_open_regular(int folder, const char *path, int flags)
{
	/* O_NONBLOCK: a FIFO would hang the open. */
	int fd = openat(folder, path,
			flags | O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat status;
	int r = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) < 0)
		r = -errno;
	else if (!S_ISREG(status.st_mode))
		r = S_ISDIR(status.st_mode) ? -EISDIR : -EINVAL;
	if (r < 0)
		close(fd);
	return r < 0 ? r : fd;
}

ssize_t file_read(int fd, void *bytes, size_t size)
{
	ssize_t length;

	do
		length = read(fd, bytes, size);
	while (length < 0 && errno == EINTR);
	return length < 0 ? -errno : length;
}

int file_read_all(int fd, size_t most, struct strbuf *text)
{
	char block[BLOCK_BYTES];
	ssize_t length;

	while ((length = file_read(fd, block, sizeof(block))) > 0) {
		strbuf_add(text, block, (size_t)length);
		if (text->length > most)
			return -EFBIG;
	}
	return length < 0 ? (int)length : text->error;
}

int file_read_at(int fd, void *bytes, size_t length, off_t offset)
{
	for (char *to = bytes; length;) {
		ssize_t got = pread(fd, to, length, offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : -EIO;
		to += got;
		length -= (size_t)got;
		offset += got;
	}
	return 0;
}

int file_write_all(int fd, const void *bytes, size_t length)
{
	for (const char *from = bytes; length;) {
		ssize_t written = write(fd, from, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		from += written;
		length -= (size_t)written;
	}
	return 0;
}

int file_sync_folder_of(const char *path)
{
	_cleanup_free_ char *copy = strdup(path);
	_cleanup_close_ int fd = -1;

	if (!copy)
		return -ENOMEM;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}
