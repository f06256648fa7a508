/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work that may hang, done in child processes, with a deadline for each piece. */
#ifndef LIB_CHILDREN_H
#define LIB_CHILDREN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define CHILDREN_TEXT_MOST (64 << 20) /* bytes */

struct children {
	size_t count;	/* pieces of work */
	size_t at_once; /* how many children at a time */
	int seconds;	/* deadline of each piece */
	/*
	 * In a child: writes its text, without NULs, and returns a number. If that is 0
	 * or more, the child does another piece; it never returns to main().
	 */
	int (*work)(void *data, size_t index, FILE *text);
	/*
	 * In the parent: what work() returned, -ETIMEDOUT at its deadline, -EINTR if the
	 * user stopped it, -ECHILD if the child died, -E2BIG if it wrote more than
	 * CHILDREN_TEXT_MOST. text is what it had written; it lives for the call.
	 */
	void (*done)(void *data, size_t index, int result, const char *text);
	void *data;
};

/* Does all pieces. 0, or -errno if nothing could be started. */
int children_run(const struct children *children);

#endif
