/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that is complete before it gets its name: made beside it, then renamed. */
#ifndef LIB_FRESH_H
#define LIB_FRESH_H

#include <stdbool.h>

#include "lib/cleanup.h"

struct fresh {
	char *path; /* STEM.new-XXXXXX, mode 0600; NULL once it has its name */
	int fd;	    /* open for writing; its lock shows that the maker is alive */
};

#define FRESH_NONE             \
	{                      \
		NULL, .fd = -1 \
	}

/*
 * Makes an empty file STEM.new-XXXXXX. Removes those of the same stem whose makers were
 * killed. 0 or -errno.
 */
int fresh_make(struct fresh *fresh, const char *stem);

/*
 * Writes it to disk and gives it its name. Unless replace, -EEXIST if there is anything of
 * that name; a symbolic link is replaced, not followed. 0 or -errno.
 */
int fresh_keep(struct fresh *fresh, const char *path, bool replace);

/* Removes it, and what SQLite keeps beside it, unless it has its name. */
void fresh_release(struct fresh *fresh);

#define _cleanup_fresh_ _cleanup_(fresh_release)

#endif
