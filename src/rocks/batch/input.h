/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a batch, one after another, from a file or standard input. */
#ifndef ROCKS_BATCH_INPUT_H
#define ROCKS_BATCH_INPUT_H

#include "src/rocks/batch/parse.h"

struct batch_input {
	const char *name; /* of the file, or - */
	int fd;
	bool standard; /* it is standard input */
	off_t first;   /* where its first line begins */
	char *bytes;
	size_t start, length, size; /* what was read and not yet returned */
	bool end;		    /* nothing follows that */
	size_t next_line;	    /* number of the line that comes next */
};

/* A line as it was written; it lives until the next one is read. */
struct batch_line {
	const char *text;
	size_t length;
	size_t number; /* of its first line, from 1 */
};

#define _cleanup_batch_input_ _cleanup_(batch_input_close)

/*
 * Opens a file, or standard input for -. A pipe or the like is first read to its end. The
 * caller closes the input, and file outlives it. ROCKS_DONE, or ROCKS_FAILED after printing
 * an error.
 */
int batch_input_open(const char *file, struct batch_input *ret_input);
void batch_input_close(struct batch_input *input);

/* Goes back to the first line: 0 or -errno. */
int batch_input_rewind(struct batch_input *input);

/* The next line that has words or a fault. 1, 0 at the end, or -errno. */
int batch_input_next(struct batch_input *input, struct batch_words *words,
		     struct batch_line *ret_line);

#endif
