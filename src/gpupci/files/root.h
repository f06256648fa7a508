/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files below a root: the running system, or a folder that looks like it. */
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
	const char
		*folder; /* "" is the running system; else a folder that looks like / */
	struct strbuf path;	  /* of what was looked at last, for messages */
	unsigned int timeout;	  /* seconds for a read that may never return */
	struct deadline deadline; /* the child that does such reads */
};

#define ROOT_EMPTY(root_folder)                                              \
	{                                                                    \
		.folder = (root_folder), .path = STRBUF_EMPTY, .timeout = 30 \
	}

/*
 * Every path is given as a format of printf() and begins with a slash, as in
 * "/proc/%d/comm". All of these leave the whole path in root->path, and return 0 or
 * -errno where they return a number. Strings are freed by the caller.
 */

/* Sets root->path. 0 or -ENOMEM. */
int root_set_path(struct root *root, const char *format, ...) _printf_(2, 3);

/*
 * The first line of a file, without its newline. -EFBIG where the file is longer than the
 * kernel's attributes are, which is 4095 bytes.
 */
int root_read_line(struct root *root, char **ret_line, const char *format, ...)
	_printf_(3, 4);

/* All lines of a file; as root_read_line(). */
int root_read_text(struct root *root, char **ret_text, const char *format, ...)
	_printf_(3, 4);

/* What a link points to, as it is written there. */
int root_read_link(struct root *root, char **ret_target, const char *format, ...)
	_printf_(3, 4);

/* The last part of what a link points to: a driver's name, a group's number. */
int root_read_link_name(struct root *root, char **ret_name, const char *format, ...)
	_printf_(3, 4);

/* Whether there is such a file; not where memory ran out. */
bool root_exists(struct root *root, const char *format, ...) _printf_(2, 3);

/* Opens a file to read it as a stream; closed by the caller. */
int root_open_file(struct root *root, FILE **ret_file, const char *format, ...)
	_printf_(3, 4);

/* Opens a folder for root_next_entry(); closed by the caller. */
int root_open_folder(struct root *root, DIR **ret_folder, const char *format, ...)
	_printf_(3, 4);

/*
 * The next entry but "." and ".."; NULL at the end with errno 0, or with another errno
 * where the folder cannot be read to its end.
 */
const struct dirent *root_next_entry(DIR *folder);

/*
 * All entries of a folder by name, "." and ".." too; the caller frees each and the list.
 * How many there are, or -errno.
 */
int root_list_folder(struct root *root, struct dirent ***ret_entries, const char *format,
		     ...) _printf_(3, 4);

/*
 * Whole paths of what matches a pattern of glob(7), which the root's own letters are no
 * part of. 0, with none where nothing matches, or -ENOMEM; the caller calls globfree() in
 * any case.
 */
int root_match(struct root *root, const char *pattern, glob_t *ret_found);

/*
 * Reading what takes a lock or asks a device may never return: a child does it, which is
 * left behind after root->timeout seconds, -ETIMEDOUT.
 */

/* As root_read_line(). */
int root_read_locked_line(struct root *root, char **ret_line, const char *format, ...)
	_printf_(3, 4);

/* The first bytes of a file, at most size, after so many milliseconds -ETIMEDOUT. */
int root_read_within(struct root *root, unsigned int milliseconds, void *bytes,
		     size_t size, size_t *ret_length, const char *format, ...)
	_printf_(6, 7);

/*
 * The same of the file at root->path, for who made that path (with the folder in front)
 * without printf(). Where that failed they return the buffer's error.
 */
int root_here_line(struct root *root, char **ret_line);
int root_here_link(struct root *root, char **ret_target);
int root_here_link_name(struct root *root, char **ret_name);
int root_here_locked(struct root *root, void *bytes, size_t size, size_t *ret_length);

/* What kind of file it is, as st_mode of lstat() has it. */
int root_here_mode(struct root *root, mode_t *ret_mode);

/* The first bytes, at most size. */
int root_here_bytes(struct root *root, void *bytes, size_t size, size_t *ret_length);

/*
 * A whole file with room for a NUL behind it. -EFBIG where it is longer than most, -EINVAL
 * where it is no regular file.
 */
int root_here_file(struct root *root, size_t most, char **ret_bytes, size_t *ret_length);

/* "0x10de" and such; -EINVAL when it is no such number or above most. */
int root_here_hex(struct root *root, uint32_t most, uint32_t *ret_value);

/* Ends the child too. */
void root_release(struct root *root);

#define _cleanup_root_ __attribute__((cleanup(root_release)))

#endif
