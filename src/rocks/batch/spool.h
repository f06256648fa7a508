/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that nobody sees, for what a batch keeps while it runs. */
#ifndef ROCKS_BATCH_SPOOL_H
#define ROCKS_BATCH_SPOOL_H

#include <sys/types.h>

/* A new, empty file without a name: its descriptor, the caller's to close; or -errno. */
int spool_open(void);

/* Writes all of the bytes where the descriptor stands: 0 or -errno. */
int spool_write(int fd, const char *bytes, size_t length);

/* read() that goes on after a signal: how many bytes, 0 at the end, or -errno. */
ssize_t spool_read(int fd, char *bytes, size_t size);

/* Reads as many bytes from an offset on: 0 or -errno. */
int spool_read_at(int fd, char *bytes, size_t length, off_t offset);

#endif
