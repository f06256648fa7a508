/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text from outside, before a terminal shows it: the one filter of tables, plans, errors. */
#ifndef LIB_VISIBLE_H
#define LIB_VISIBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/strbuf.h"

/*
 * The length in bytes of the character at text if a terminal shows it unchanged; 0 if not,
 * or if there is none. Not shown are control characters (C0, DEL, C1), stray bytes that
 * are not UTF-8, and characters that have no width or change the order of others:
 * directional overrides and isolates, zero-width spaces and joiners, line separators, tags.
 */
size_t visible_length(const char *text, size_t size);

/* How many of the first bytes are printable ASCII, which every terminal shows. */
size_t visible_ascii(const char *text, size_t size);

/* The columns that visible_write() fills; *ret_changes: whether it writes other bytes. */
size_t visible_width(const char *text, size_t size, bool *ret_changes);

/*
 * Write or append text for a terminal: each byte of what is not shown becomes an escape
 * such as \x1b. Errors stay in the stream or the buffer.
 */
void visible_write(FILE *file, const char *text, size_t size);
void visible_add(struct strbuf *buffer, const char *text);

#endif
