/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages about lines of a batch, and lines that are tried again. */
#include <errno.h>
#include <string.h>

#include "src/cli/command.h"
#include "src/rocks/batch/notes.h"

int batch_notes_add(struct batch_notes *notes, size_t line, const char *text,
		    size_t length)
{
	struct batch_note *note;

	if (notes->count == notes->room) {
		size_t room = notes->room ? notes->room * 2 : 16;

		note = reallocarray(notes->notes, room, sizeof(*note));
		if (!note)
			return -ENOMEM;
		notes->notes = note;
		notes->room = room;
	}
	note = &notes->notes[notes->count];
	*note = (struct batch_note){ .line = line,
				     .text = malloc(length + 1),
				     .length = length };
	if (!note->text)
		return -ENOMEM;
	memcpy(note->text, text, length);
	note->text[length] = '\0';
	notes->count++;
	return 0;
}

void batch_notes_cut(struct batch_notes *notes, size_t count)
{
	while (notes->count > count)
		free(notes->notes[--notes->count].text);
	if (count)
		return;
	free(notes->notes);
	*notes = (struct batch_notes){ 0 };
}

static int compare(const void *a, const void *b)
{
	const struct batch_note *left = a, *right = b;

	return (left->line > right->line) - (left->line < right->line);
}

void batch_notes_sort(struct batch_notes *notes)
{
	if (notes->count)
		qsort(notes->notes, notes->count, sizeof(*notes->notes), compare);
}

void batch_notes_print(struct batch_notes *notes, const char *name)
{
	batch_notes_sort(notes);
	for (size_t i = 0; i < notes->count; i++)
		error("%s:%zu: %s", name, notes->notes[i].line, notes->notes[i].text);
}
