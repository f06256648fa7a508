/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the text of a batch to the words of a line, as a shell reads them. */
#ifndef ROCKS_BATCH_PARSE_H
#define ROCKS_BATCH_PARSE_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/strbuf.h"

/* The words of a line. Keep it from line to line to reuse its memory; then release it. */
struct batch_words {
	struct strbuf text; /* the words, each with its NUL */
	size_t *starts;	    /* of the words in the text */
	char **list;	    /* the words, then a NULL */
	size_t count, room;
	size_t lines;	   /* how many newlines the line took */
	const char *fault; /* why the line cannot be run, a static string; or NULL */
};

#define _cleanup_batch_words_ _cleanup_(batch_words_release)

/*
 * Reads the line at the front of a buffer; last: nothing follows the buffer. A line ends with
 * a newline that is not quoted. Quotes and backslashes are those of a shell, nothing is
 * expanded, # begins a comment. Returns how many bytes it took, with no words for a blank
 * line; 0 if the line goes on after the buffer; or -ENOMEM.
 */
ssize_t batch_parse(const char *bytes, size_t length, bool last,
		    struct batch_words *words);

void batch_words_release(struct batch_words *words);

#endif
