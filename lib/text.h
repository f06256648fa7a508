/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions on words: numbers, booleans, UTF-8, natural order, likeness, shell quoting. */
#ifndef LIB_TEXT_H
#define LIB_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/strbuf.h"

/*
 * Parses text as a decimal number between least and most. 0, -EINVAL if it is not a
 * number, -ERANGE if it is out of range.
 */
int text_parse_integer(const char *text, int64_t least, int64_t most, int64_t *ret_value);

/*
 * Parses a boolean that a user typed, in any case: on, yes, y, true, 1, or off, no, n,
 * false, 0, none. 0, or -EINVAL.
 */
int text_parse_boolean(const char *text, bool *ret_value);

/* Parses a stored boolean: true for on, yes, y, true and 1 in any case, else false. */
bool text_is_true(const char *text);

/* Whether text stands for no value: empty, or none or null in any case. */
bool text_is_none(const char *text);

/* The length in bytes of the UTF-8 character at text, which has size bytes; 0 if none. */
size_t text_utf8_length(const char *text, size_t size);

/* The code point of a UTF-8 character whose length, not 0, text_utf8_length() returned. */
uint32_t text_code_point(const char *text, size_t length);

/* Whether all of it is UTF-8 without control characters (C0, DEL, C1). */
bool text_is_clean(const char *text);

/*
 * Whether it matches [A-Za-z0-9_][A-Za-z0-9_.-]*: what ssh, pdsh and URIs take only as a
 * host name.
 */
bool text_is_host_name(const char *text);

/*
 * Whether it matches [A-Za-z0-9._:/+-]+: the letters of serial numbers and PCIe paths in
 * gpupci, a plain word in a shell, in YAML and in a template.
 */
bool text_is_device_word(const char *text);

/* The width on a terminal: one column per UTF-8 character or stray byte. */
size_t text_width(const char *text, size_t length);

/* strcmp() with runs of digits compared as numbers: compute-0-9 before compute-0-10. */
int text_compare_natural(const char *a, const char *b);

/*
 * The number of letters to insert, delete or change to turn one into the other; the
 * longer length if either has more than 63 letters.
 */
size_t text_distance(const char *a, const char *b);

/*
 * Appends a word as a dump writes it, so that a shell reads the same bytes back: letters,
 * digits, @%^-_=+:,./ and bytes above 7f unchanged, control characters in single quotes,
 * anything else after a backslash, an empty word as ''.
 */
void text_quote_shell(struct strbuf *buffer, const char *word);

/*
 * Appends text wrapped at blanks to lines of at most width columns, indented; ends with
 * \n.
 */
void text_wrap(struct strbuf *buffer, const char *text, size_t indent, size_t width);

/*
 * Whether a list of words, separated by blanks, contains the word, which has length bytes.
 * list may be NULL.
 */
bool text_lists_word(const char *list, const char *word, size_t length);

/* The same for a whole word in any case of letters. */
bool text_lists_word_in_any_case(const char *list, const char *word);

#endif
