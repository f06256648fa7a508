/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing JSON: the one place that escapes its strings. */
#ifndef LIB_JSON_H
#define LIB_JSON_H

#include <stdint.h>
#include <stdio.h>

/*
 * Writes a string with its quotes, or null for a NULL pointer. Control characters are
 * escaped; a byte that is no UTF-8 becomes U+FFFD, so that the document stays readable.
 * Errors stay in the stream, as with any stdio call.
 */
void json_write_string(FILE *file, const char *text);
void json_write_bytes(FILE *file, const char *bytes, size_t length);

#endif
