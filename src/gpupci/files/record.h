/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of words, as the files are written that gpupci keeps for itself. */
#ifndef SRC_GPUPCI_FILES_RECORD_H
#define SRC_GPUPCI_FILES_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "lib/pci-address.h"
#include "lib/strbuf.h"

#define RECORD_MOST_WORDS 16

/*
 * Such a file has a first line "KIND VERSION", lines of words with one blank between, and
 * a last line "end N" with the number of lines between these two: a file that was cut
 * anywhere is seen to be. A word is never empty and has no blanks; "-" stands for none. A
 * line that begins with # is passed over.
 */
struct record {
	char *next, *end; /* the rest of the text */
	size_t line;	  /* the number in the text of the last one looked at */
	size_t lines;	  /* taken so far */
	char *words[RECORD_MOST_WORDS]; /* of the line taken last */
	size_t count;
	uint64_t version; /* that the first line names, 0 where it is not of the kind */
};

/*
 * Begins to read the text, which must end in a NUL at length, is written into, and
 * outlives the record. 0, or -EINVAL when it is not of this kind and version; where the
 * version is another, record->version has it.
 */
int record_open(struct record *record, char *text, size_t length, const char *kind,
		unsigned int version);

/*
 * Takes the next line. 1, or 0 at a proper end, or -EINVAL.
 */
int record_next(struct record *record);

/* The value of the word "KEY=value" of the line, NULL when it has none or two such. */
const char *record_value(const struct record *record, const char *key);

/* Copies a value without its NUL's room to spare: -EINVAL when NULL or too long; "-" is "". */
int record_copy(const char *value, char *text, size_t size);

/* Reads 4 hexadecimal digits, a colon, 4 more. 0 or -EINVAL. */
int record_ids(const char *value, uint16_t *ret_vendor, uint16_t *ret_device);

/* Reads a number without a sign. 0 or -EINVAL. */
int record_number(const char *value, uint64_t *ret_number);

/* The first line. */
void record_begin(struct strbuf *text, const char *kind, unsigned int version);

/* The last line; lines is how many were written between. */
void record_end(struct strbuf *text, size_t lines);

/* "-" for the empty text, which no word may be. */
const char *record_word(const char *text);

#endif
