/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files by descriptor: opened safely, read whole, written whole, kept over a power failure. */
#ifndef LIB_FILE_H
#define LIB_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "lib/strbuf.h"

/*
 * Opens a regular file to read it, below a folder (or AT_FDCWD), with these flags of open()
 * besides: its descriptor, the caller's to close, or -errno. -EISDIR for a folder, -EINVAL
 * for anything else that is not a regular file: a FIFO, a terminal and files like /proc/kmsg
 * would keep the caller waiting.
 */
int file_open_regular(int folder, const char *path, int flags);

/* read() that goes on after a signal: how many bytes, 0 at the end, or -errno. */
ssize_t file_read(int fd, void *bytes, size_t size);

/*
 * Appends all that is left to read. 0 or -errno; -EFBIG as soon as the text is longer than
 * most bytes.
 */
int file_read_all(int fd, size_t most, struct strbuf *text);

/* Reads as many bytes from an offset on: 0 or -errno, -EIO when the file ends before. */
int file_read_at(int fd, void *bytes, size_t length, off_t offset);

/* Writes all of the bytes where the descriptor stands: 0 or -errno. */
int file_write_all(int fd, const void *bytes, size_t length);

/*
 * Writes the folder that the path is in to the disk: what was made, renamed or removed there
 * outlives a power failure. 0 or -errno.
 */
int file_sync_folder_of(const char *path);

#endif
