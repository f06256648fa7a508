/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The format of gpupci's own files: lines of words. */
#ifndef SRC_GPUPCI_FILES_RECORD_H
#define SRC_GPUPCI_FILES_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "lib/pci-address.h"
#include "lib/strbuf.h"

#define RECORD_MOST_WORDS 16

/*
 * A file has a first line "KIND VERSION", lines of words separated by one blank, and a
 * last line "end N" with the number of lines between: a truncated file is always noticed.
 * A word is never empty and has no blanks; "-" stands for an empty value. Lines that
 * begin with # are skipped.
 */
struct record {
	char *next, *end;		/* the rest of the text */
	size_t line;			/* number of the current line in the text */
	size_t lines;			/* read so far */
	char *words[RECORD_MOST_WORDS]; /* of the current line */
	size_t count;
	uint64_t version; /* in the first line, 0 if the kind differs */
};

/*
 * Starts to read the text, which must have a NUL at length, is modified, and must outlive
 * the record. Returns 0, or -EINVAL if kind or version differ; record->version then has
 * the version found.
 */
int record_open(struct record *record, char *text, size_t length, const char *kind,
		unsigned int version);

/* Reads the next line. Returns 1, 0 at a proper end, or -EINVAL. */
int record_next(struct record *record);

/*
 * Returns the value of the word "KEY=value" of the line, NULL if there is none or more
 * than one. Points into the text.
 */
const char *record_value(const struct record *record, const char *key);

/* Copies a value; "-" becomes "". -EINVAL if it is NULL or does not fit. */
int record_copy(const char *value, char *text, size_t size);

/* Parses "vvvv:dddd", hexadecimal. Returns 0 or -EINVAL. */
int record_ids(const char *value, uint16_t *ret_vendor, uint16_t *ret_device);

/* Parses a number without a sign. Returns 0 or -EINVAL. */
int record_number(const char *value, uint64_t *ret_number);

/* Appends the first line. Errors stay in the buffer. */
void record_begin(struct strbuf *text, const char *kind, unsigned int version);

/*
 * Appends the last line; lines is the number of lines between. Errors stay in the buffer.
 */
void record_end(struct strbuf *text, size_t lines);

/* Returns the text, or "-" if it is empty. */
const char *record_word(const char *text);

#endif
