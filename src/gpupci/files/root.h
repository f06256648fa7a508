/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files below a root: the running system, or a folder that looks like one. */
#ifndef SRC_GPUPCI_FILES_ROOT_H
#define SRC_GPUPCI_FILES_ROOT_H

#include <dirent.h>
#include <glob.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "lib/strbuf.h"
#include "src/gpupci/files/deadline.h"

struct root {
	/* "" for the running system, else a folder that looks like /. Borrowed. */
	const char *folder;
	struct strbuf path;	  /* last path used, for messages */
	unsigned int timeout;	  /* seconds for a read that may never return */
	struct deadline deadline; /* the child that does such reads */
};

#define ROOT_EMPTY(root_folder)                                              \
	{                                                                    \
		.folder = (root_folder), .path = STRBUF_EMPTY, .timeout = 30 \
	}

/*
 * Every path is a printf() format and begins with a slash, as in "/proc/%d/comm". All of
 * these leave the full path in root->path; those that return int return 0 or -errno
 * unless noted. The caller frees returned strings.
 */

/* Sets root->path. Returns 0 or -ENOMEM. */
int root_set_path(struct root *root, const char *format, ...) _printf_(2, 3);

/*
 * Reads the first line of a file, without its newline. -EFBIG if the file is longer than
 * an attribute of the kernel (4095 bytes).
 */
int root_read_line(struct root *root, char **ret_line, const char *format, ...)
	_printf_(3, 4);

/* Reads a file of at most 4095 bytes up to a NUL, with its newlines; -EFBIG if it is longer. */
int root_read_text(struct root *root, char **ret_text, const char *format, ...)
	_printf_(3, 4);

/* Reads the target of a link, unresolved. */
int root_read_link(struct root *root, char **ret_target, const char *format, ...)
	_printf_(3, 4);

/* Reads the last part of a link's target: a driver's name, a group's number. */
int root_read_link_name(struct root *root, char **ret_name, const char *format, ...)
	_printf_(3, 4);

/* Whether the file exists; false if out of memory. */
bool root_exists(struct root *root, const char *format, ...) _printf_(2, 3);

/* Opens a file for reading; the caller closes it. */
int root_open_file(struct root *root, FILE **ret_file, const char *format, ...)
	_printf_(3, 4);

/* Opens a folder for root_next_entry(); the caller closes it. */
int root_open_folder(struct root *root, DIR **ret_folder, const char *format, ...)
	_printf_(3, 4);

/*
 * Returns the next entry except "." and ".."; NULL with errno 0 at the end, or with
 * another errno on a read error.
 */
const struct dirent *root_next_entry(DIR *folder);

/*
 * Lists all entries of a folder by name, including "." and ".."; the caller frees each
 * entry and the list. Returns their number or -errno.
 */
int root_list_folder(struct root *root, struct dirent ***ret_entries, const char *format,
		     ...) _printf_(3, 4);

/*
 * Finds the full paths that match a glob(7) pattern; special characters in the root
 * itself match literally. Returns 0, also if nothing matches or a folder cannot be read, or
 * -ENOMEM; the caller must call globfree() in any case.
 */
int root_match(struct root *root, const char *pattern, glob_t *ret_found);

/*
 * Reads that take a lock or ask a device may never return: a child does them and is
 * abandoned after root->timeout seconds, -ETIMEDOUT.
 */

/* As root_read_line(). */
int root_read_locked_line(struct root *root, char **ret_line, const char *format, ...)
	_printf_(3, 4);

/*
 * Reads at most size bytes into bytes, how many into *ret_length. -ETIMEDOUT if that takes
 * longer than so many milliseconds, whatever root->timeout says.
 */
int root_read_within(struct root *root, unsigned int milliseconds, void *bytes,
		     size_t size, size_t *ret_length, const char *format, ...)
	_printf_(6, 7);

/*
 * As the functions above of the same names, for the file at root->path, which the caller
 * has built, root->folder included. If building it failed they return root->path.error.
 * root_here_locked() waits for root->timeout seconds.
 */
int root_here_line(struct root *root, char **ret_line);
int root_here_link(struct root *root, char **ret_target);
int root_here_link_name(struct root *root, char **ret_name);
int root_here_locked(struct root *root, void *bytes, size_t size, size_t *ret_length);

/* Reads the type of a file: st_mode of lstat(). */
int root_here_mode(struct root *root, mode_t *ret_mode);

/* Reads the first bytes, at most size. */
int root_here_bytes(struct root *root, void *bytes, size_t size, size_t *ret_length);

/*
 * Reads a whole file, with room for a NUL at its end. -EFBIG if it is longer than most,
 * -EINVAL if it is not a regular file. The caller frees *ret_bytes.
 */
int root_here_file(struct root *root, size_t most, char **ret_bytes, size_t *ret_length);

/* Reads a number such as "0x10de"; -EINVAL if it is malformed or above most. */
int root_here_hex(struct root *root, uint32_t most, uint32_t *ret_value);

/* Frees the path, and ends the child that does slow reads. */
void root_release(struct root *root);

#define _cleanup_root_ __attribute__((cleanup(root_release)))

#endif
