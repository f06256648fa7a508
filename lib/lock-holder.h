/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which process holds a lock of fcntl() that blocks ours. */
#ifndef LIB_LOCK_HOLDER_H
#define LIB_LOCK_HOLDER_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/strbuf.h"

/*
 * Appends «process 1234 (rocks)» for the process that keeps us from locking length bytes
 * of an open file from start, for writing if alone. The descriptor must be open for reading.
 * For a lock of F_OFD_SETLK, which belongs to an open file, the kernel names no process;
 * then the processes whose descriptors we may look at are searched. true if one was found.
 *
 * Closing any descriptor of the file drops a process's own locks on it: a caller that has
 * such locks keeps fd open.
 */
bool lock_holder_add(int fd, off_t start, off_t length, bool alone, struct strbuf *text);

#endif
