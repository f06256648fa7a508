/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that nobody sees, for what a batch keeps while it runs. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "src/rocks/batch/spool.h"

int spool_open(void)
{
	char path[] = "/tmp/rocks-batch-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);

	if (fd < 0)
		return -errno;
	unlink(path);
	return fd;
}

int spool_write(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t written = write(fd, bytes, length);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			bytes += written;
			length -= (size_t)written;
		}
	}
	return 0;
}

ssize_t spool_read(int fd, char *bytes, size_t size)
{
	ssize_t length;

	do
		length = read(fd, bytes, size);
	while (length < 0 && errno == EINTR);
	return length < 0 ? -errno : length;
}

int spool_read_at(int fd, char *bytes, size_t length, off_t offset)
{
	while (length) {
		ssize_t read = pread(fd, bytes, length, offset);

		if (read < 0 && errno == EINTR)
			continue;
		if (read <= 0)
			return read < 0 ? -errno : -EIO;
		bytes += read;
		length -= (size_t)read;
		offset += read;
	}
	return 0;
}
