/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that gpupci keeps below the root: read whole, replaced whole, locked. */
#ifndef SRC_GPUPCI_FILES_STATE_H
#define SRC_GPUPCI_FILES_STATE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "src/gpupci/files/root.h"

#define STATE_FOLDER "/var/lib/gpupci"
#define STATE_LOCK "/run/gpupci/lock"

/* gpupci writes nothing near this size: a larger file is not its own. */
#define STATE_MOST_BYTES (4U << 20)

/*
 * All paths begin with a slash and are looked up below the root. Neither the file nor its
 * folder may be a symbolic link: -ELOOP or -ENOTDIR. All return 0 or -errno.
 */

/*
 * Reads a whole file. -ENOENT if there is none, -EFBIG above STATE_MOST_BYTES, -EINVAL if
 * it is not a regular file. A NUL follows the bytes; the caller frees *ret_bytes.
 */
int state_read(const struct root *root, const char *path, char **ret_bytes,
	       size_t *ret_length);

/*
 * Replaces or creates the file, and its folder (mode 0755) if missing. After 0 the new
 * content is on disk under that name; otherwise the old file is unchanged, except that
 * after an -EIO of the folder it may be either version, whole.
 */
int state_write(const struct root *root, const char *path, mode_t mode, const void *bytes,
		size_t length);

/* Removes the file durably; a missing file is not an error. */
int state_remove(const struct root *root, const char *path);

/*
 * Renames a file that cannot be parsed to PATH.broken-N, with the first free N.
 * *ret_aside is the full new path with its root; the caller frees it.
 */
int state_set_aside(const struct root *root, const char *path, char **ret_aside);

/*
 * Finds a file that state_set_aside() renamed at or after a time, in seconds since 1970:
 * *ret_aside is its full path with the root, NULL if there is none. The caller frees it.
 */
int state_find_aside(const struct root *root, const char *path, int64_t since,
		     char **ret_aside);

/*
 * Takes gpupci's only lock, waiting at most so many seconds; 0 tries once. The lock ends
 * with the process, is not inherited by children, and is held until state_unlock().
 * -EWOULDBLOCK if another process held it all the time: *ret_holder is then its id, 0 if
 * unknown.
 */
int state_lock(const struct root *root, unsigned int seconds, int *ret_lock,
	       pid_t *ret_holder);
void state_unlock(int lock);

#endif
