/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of a shell up to its cursor, taken apart. */
#ifndef ROCKS_COMPLETE_LINE_H
#define ROCKS_COMPLETE_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/strbuf.h"

struct complete_line {
	char **words; /* whole ones, without quotes; nothing is expanded */
	size_t count, room;
	struct strbuf current; /* the word at the cursor, maybe empty */
	const char *raw;       /* where that begins in the line */
	char quote;	       /* ' or " that is open at the cursor, or NUL */
	bool redirected;       /* that word is a file after < or > */
};

#define _cleanup_complete_line_ _cleanup_(complete_line_release)

/*
 * Splits the text, which must outlive the result; of several commands separated by ;, |
 * or & only the last counts. The caller releases the line, also after an error. 0 or -ENOMEM.
 */
int complete_line_read(struct complete_line *line, const char *text);
void complete_line_release(struct complete_line *line);

#endif
