/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the text of a batch to the words of a line, as a shell reads them. */
#ifndef ROCKS_BATCH_PARSE_H
#define ROCKS_BATCH_PARSE_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/strbuf.h"

/* The words of a line; kept from line to line, so that its memory is used again. */
struct batch_words {
	struct strbuf text; /* the words, each with its NUL */
	size_t *starts;	    /* of the words in the text */
	char **list;	    /* the words; what follows is NULL */
	size_t count, room;
	size_t lines;	   /* how many newlines the line took */
	const char *fault; /* why it is no line: a sentence, or NULL */
};

#define _cleanup_batch_words_ _cleanup_(batch_words_release)

/*
 * Reads the line at the front of a buffer; last says that nothing comes behind it. A line
 * ends with a newline that is not quoted. Quotes and backslashes are a shell's, nothing is
 * expanded; # begins a comment. Answers how many bytes it took, with no words for a blank
 * line; 0 when the line goes on behind the buffer; -ENOMEM.
 */
ssize_t batch_parse(const char *bytes, size_t length, bool last,
		    struct batch_words *words);

void batch_words_release(struct batch_words *words);

#endif
