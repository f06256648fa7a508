/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file for other programs, such as a web server: replaced whole, or left unchanged. */
#ifndef LIB_REPLACE_FILE_H
#define LIB_REPLACE_FILE_H

#include <stddef.h>

#include "lib/cleanup.h"
#include "lib/fresh.h"
#include "lib/strbuf.h"

struct replace_file {
	const char *path; /* the caller's */
	struct fresh fresh;
};

#define REPLACE_FILE_NONE                 \
	{                                 \
		NULL, .fresh = FRESH_NONE \
	}

/*
 * Begins a file that is to replace the one at path, or to appear there. 0 or -errno:
 * -EISDIR if a folder has that name, -EINVAL if anything else has it that is not a regular
 * file; neither is replaced, nor is what a symbolic link leads to. Root writes only where
 * nobody else can: -EPERM, and reason says who can change which part of the path, unless
 * ROCKS_TRUST names it (lib/secure-path.h). path must outlive the file.
 */
int replace_file_open(struct replace_file *file, const char *path, struct strbuf *reason)
	_must_check_;

/* Appends bytes. 0 or -errno. */
int replace_file_write(const struct replace_file *file, const void *bytes, size_t length)
	_must_check_;

/*
 * Puts the file in its place, on disk and readable by everybody (0644). 0 or -errno; then
 * what was at path is unchanged, unless only the folder could not be synced.
 */
int replace_file_keep(struct replace_file *file) _must_check_;

/* Removes the file unless it is in its place. Also after an error, and for a NONE. */
void replace_file_release(struct replace_file *file);

#define _cleanup_replace_file_ _cleanup_(replace_file_release)

#endif
