/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading words: numbers, booleans, UTF-8, natural order, likeness, shell quoting. */
#ifndef LIB_TEXT_H
#define LIB_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/strbuf.h"

/*
 * Reads a decimal number between least and most, the whole text being the number.
 * Returns 0, -EINVAL when it is none, -ERANGE when it is outside.
 */
int text_parse_integer(const char *text, int64_t least, int64_t most, int64_t *ret_value);

/*
 * Reads a boolean that somebody typed, in any case: on, yes, y, true, 1, or off, no, n, false, 0,
 * none. Returns 0, or -EINVAL.
 */
int text_parse_boolean(const char *text, bool *ret_value);

/* Reads a stored boolean: everything else than on, yes, y, true, 1 in any case is false. */
bool text_is_true(const char *text);

/* The empty text, and none and null in any case: they stand for no value. */
bool text_is_none(const char *text);

/* The length in bytes of the UTF-8 character at text, 0 when there is none. */
size_t text_utf8_length(const char *text, size_t size);

/*
 * The same, and 0 for a control character too (C0, DEL, C1): of those a terminal may make
 * something other than a letter.
 */
size_t text_visible_length(const char *text, size_t size);

/* Whether all of it is UTF-8 without control characters (C0, DEL, C1). */
bool text_is_clean(const char *text);

/* Appends text for a terminal: bytes of anything that is not visible as \x1b. */
void text_add_visible(struct strbuf *buffer, const char *text);

/*
 * [A-Za-z0-9_][A-Za-z0-9_.-]*: what ssh, pdsh and an address take for a host's name, and
 * for nothing else.
 */
bool text_is_host_name(const char *text);

/*
 * [A-Za-z0-9._:/+-]+: what gpupci takes for a serial number and writes of a PCIe path, one
 * plain word to a shell, to YAML and to a template.
 */
bool text_is_device_word(const char *text);

/* Columns a terminal needs for it: one for each UTF-8 character or stray byte. */
size_t text_width(const char *text, size_t length);

/* strcmp() with runs of digits compared as numbers: compute-0-9 before compute-0-10. */
int text_compare_natural(const char *a, const char *b);

/*
 * How many letters must be put in, taken out or changed to make one of the other; of a text
 * of more than 63 letters the longer length.
 */
size_t text_distance(const char *a, const char *b);

/*
 * Appends a word as a dump writes it, so that a shell reads the same bytes back:
 * letters, digits and @%^-_=+:,./ and bytes above 7f as they are, control characters in
 * single quotes, anything else behind a backslash, an empty word as ''.
 */
void text_quote_shell(struct strbuf *buffer, const char *word);

/* Appends text broken at blanks to lines of at most width columns, indented; ends in \n. */
void text_wrap(struct strbuf *buffer, const char *text, size_t indent, size_t width);

#endif
