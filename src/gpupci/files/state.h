/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that gpupci itself keeps, below the root: read whole, replaced whole, locked. */
#ifndef SRC_GPUPCI_FILES_STATE_H
#define SRC_GPUPCI_FILES_STATE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "src/gpupci/files/root.h"

#define STATE_FOLDER "/var/lib/gpupci"
#define STATE_LOCK "/run/gpupci/lock"

/* Nothing that we write comes near this: a larger file is not ours. */
#define STATE_MOST_BYTES (4U << 20)

/*
 * All paths begin with a slash and are looked up below the root. Neither the file nor the folder it is in may be a symbolic link: -ELOOP or
 * -ENOTDIR. All return 0 or -errno.
 */

/*
 * Reads a whole file. -ENOENT when there is none, -EFBIG above STATE_MOST_BYTES, -EINVAL
 * when it is no regular file. A NUL follows the bytes; freed by the caller.
 */
int state_read(const struct root *root, const char *path, char **ret_bytes,
	       size_t *ret_length);

/*
 * Replaces the file or makes it, with its folder (mode 0755) where that is missing. Once
 * it returned 0 the new content is on the disk under that name; otherwise the old file is
 * as it was, unless -EIO is about the folder: then it may be either, whole.
 */
int state_write(const struct root *root, const char *path, mode_t mode, const void *bytes,
		size_t length);

/* Removes the file for good; that there is none is no error. */
int state_remove(const struct root *root, const char *path);

/*
 * Gives a file that cannot be understood the name PATH.broken-N, the first N that is
 * free. *ret_aside is the whole new path with its root; freed by the caller.
 */
int state_set_aside(const struct root *root, const char *path, char **ret_aside);

/*
 * Finds a file that state_set_aside() renamed at that time or later, in seconds since 1970:
 * *ret_aside is its whole path with the root, freed by the caller, or NULL for none.
 */
int state_find_aside(const struct root *root, const char *path, int64_t since,
		     char **ret_aside);

/*
 * Takes the tool's one lock, waiting for it as many seconds at most; 0 tries once. The
 * lock goes with the process, is not inherited by its children, and is kept until
 * state_unlock(). -EWOULDBLOCK when another process had it to the end: *ret_holder is its
 * id then, 0 when that is not known.
 */
int state_lock(const struct root *root, unsigned int seconds, int *ret_lock,
	       pid_t *ret_holder);
void state_unlock(int lock);

#endif
