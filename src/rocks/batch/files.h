/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files hold that lines of a batch name with file=: read before anything is run. */
#ifndef ROCKS_BATCH_FILES_H
#define ROCKS_BATCH_FILES_H

#include "src/rocks/batch/input.h"

/* What a line is to be given. */
struct batch_file {
	size_t line;
	char *path;
	off_t offset; /* of its text in the spool */
	size_t length;
	char *fault; /* why there is no text, or NULL */
};

struct batch_files {
	struct batch_file *files; /* by line */
	size_t count, room;
	int spool;	      /* the texts one behind the other; -1 when there are none */
	size_t standard_line; /* which took standard input, 0 when none did */
	struct strbuf sentence;
};

#define BATCH_FILES_NONE    \
	{                   \
		.spool = -1 \
	}
#define _cleanup_batch_files_ _cleanup_(batch_files_release)

/*
 * Goes through all lines, reads their files, and goes back to the first line. What cannot be
 * read is told when its line is run. 0 or -errno.
 */
int batch_files_read(struct batch_files *files, struct batch_input *input);

/* The text for a line, the caller's to free: ROCKS_DONE, or ROCKS_FAILED after a word. */
int batch_files_take(const struct batch_files *files, size_t line, const char *path,
		     char **ret_text);

void batch_files_release(struct batch_files *files);

#endif
