/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that lines of a batch name with file=, read before any line runs. */
#ifndef ROCKS_BATCH_FILES_H
#define ROCKS_BATCH_FILES_H

#include "src/rocks/batch/input.h"

/* The file of a line. */
struct batch_file {
	size_t line;
	char *path;
	off_t offset; /* of its text in the spool */
	size_t length;
	char *fault; /* why it cannot be read, or NULL */
};

struct batch_files {
	struct batch_file *files; /* by line */
	size_t count, room;
	int spool;	      /* the texts one after the other; -1 if there are none */
	size_t standard_line; /* which took standard input, 0 if none did */
	struct strbuf sentence;
};

#define BATCH_FILES_NONE    \
	{                   \
		.spool = -1 \
	}
#define _cleanup_batch_files_ _cleanup_(batch_files_release)

/*
 * Goes through all lines, reads their files, and goes back to the first line. An error about
 * a file is reported when its line runs. The caller releases files. 0 or -errno.
 */
int batch_files_read(struct batch_files *files, struct batch_input *input);

/* The text for a line; the caller frees it. ROCKS_DONE, or ROCKS_FAILED after an error. */
int batch_files_take(const struct batch_files *files, size_t line, const char *path,
		     char **ret_text);

void batch_files_release(struct batch_files *files);

#endif
