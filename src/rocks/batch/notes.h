/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be said about lines of a batch, and lines that are tried again. */
#ifndef ROCKS_BATCH_NOTES_H
#define ROCKS_BATCH_NOTES_H

#include <stdbool.h>
#include <stddef.h>

struct batch_note {
	size_t line;
	char *text; /* a sentence about it, or the line itself */
	size_t length;
	bool done;
};

struct batch_notes {
	struct batch_note *notes;
	size_t count, room;
};

/* Notes a text, which is copied. 0 or -ENOMEM. */
int batch_notes_add(struct batch_notes *notes, size_t line, const char *text,
		    size_t length);

/* Forgets the last ones, those from count on. */
void batch_notes_cut(struct batch_notes *notes, size_t count);

void batch_notes_sort(struct batch_notes *notes); /* by line */

/* Says them on stderr by line, behind the name. */
void batch_notes_tell(struct batch_notes *notes, const char *name);

#endif
