/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files by descriptor: opened safely, read whole, written whole, kept over a power failure. */
#ifndef LIB_FILE_H
#define LIB_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "lib/strbuf.h"

/*
 * Opens a regular file for reading, below a folder (or AT_FDCWD), with additional flags
 * of open(). Returns a descriptor, which the caller closes, or -errno. -EISDIR for a
 * folder, -EINVAL for anything else that is not a regular file: a FIFO, a terminal and
 * files like /proc/kmsg would keep the caller waiting.
 */
int file_open_regular(int folder, const char *path, int flags);

/* read() that continues after a signal. The number of bytes, 0 at the end, or -errno. */
ssize_t file_read(int fd, void *bytes, size_t size);

/*
 * Appends everything left to read. 0 or -errno; -EFBIG if the text grows longer than most
 * bytes.
 */
int file_read_all(int fd, size_t most, struct strbuf *text);

/* Reads exactly length bytes at an offset. 0 or -errno; -EIO if the file ends before. */
int file_read_at(int fd, void *bytes, size_t length, off_t offset);

/* Writes all bytes at the descriptor's position. 0 or -errno. */
int file_write_all(int fd, const void *bytes, size_t length);

/*
 * Syncs the folder of a path to disk, so that a file made, renamed or removed there
 * survives a power failure. 0 or -errno.
 */
int file_sync_folder_of(const char *path);

#endif
