/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes as a file that has a path. */
#ifndef TESTS_FUZZ_MEMORY_FILE_H
#define TESTS_FUZZ_MEMORY_FILE_H

#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* Makes the file and writes its path; its descriptor, to be closed by the caller. */
static inline int memory_file(const uint8_t *data, size_t size, char path[32])
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		__builtin_trap();
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

#endif
