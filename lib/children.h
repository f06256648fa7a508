/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work that may never come back, done in child processes, with a deadline for each piece. */
#ifndef LIB_CHILDREN_H
#define LIB_CHILDREN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define CHILDREN_TEXT_MOST (64 << 20) /* bytes */

struct children {
	size_t count;	/* pieces of work */
	size_t at_once; /* how many children there are at a time */
	int seconds;	/* each may take */
	/*
	 * In a child: writes its text, without NULs, answers a number. A child that answered
	 * one of 0 or more does another piece afterwards; it never returns to main().
	 */
	int (*work)(void *data, size_t index, FILE *text);
	/*
	 * In the parent: what the child answered, -ETIMEDOUT when its time was up, -EINTR
	 * when the user stopped it, -ECHILD when it died, -E2BIG when it wrote more than
	 * CHILDREN_TEXT_MOST. The text is what it had written.
	 */
	void (*done)(void *data, size_t index, int result, const char *text);
	void *data;
};

/* Does it all; 0, or -errno when nothing could be begun. */
int children_run(const struct children *children);

#endif
