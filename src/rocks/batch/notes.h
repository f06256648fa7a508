/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages about lines of a batch, and lines that are tried again. */
#ifndef ROCKS_BATCH_NOTES_H
#define ROCKS_BATCH_NOTES_H

#include <stdbool.h>
#include <stddef.h>

struct batch_note {
	size_t line;
	char *text; /* a message about it, or the line itself */
	size_t length;
	bool done;
};

struct batch_notes {
	struct batch_note *notes;
	size_t count, room;
};

/* Notes a copy of the text. 0 or -ENOMEM. */
int batch_notes_add(struct batch_notes *notes, size_t line, const char *text,
		    size_t length);

/* Frees the notes from count on; with 0 all of it. */
void batch_notes_cut(struct batch_notes *notes, size_t count);

void batch_notes_sort(struct batch_notes *notes); /* by line */

/* Prints them on stderr, sorted by line, after the name. */
void batch_notes_print(struct batch_notes *notes, const char *name);

#endif
