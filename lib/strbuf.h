/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing string: appends never fail one by one; check for an error once at the end. */
#ifndef LIB_STRBUF_H
#define LIB_STRBUF_H

#include <stdarg.h>
#include <stddef.h>

#include "lib/cleanup.h"

struct strbuf {
	char *bytes;   /* NUL-terminated after the first append; before it NULL */
	size_t length; /* bytes before that NUL */
	size_t size;   /* bytes allocated */
	int error;     /* 0, or the -errno of the first append that failed */
};

#define STRBUF_EMPTY          \
	{                     \
		NULL, 0, 0, 0 \
	}

void strbuf_add(struct strbuf *buffer, const void *bytes, size_t length);
void strbuf_add_string(struct strbuf *buffer, const char *string);
void strbuf_add_char(struct strbuf *buffer, char c);
void strbuf_add_format(struct strbuf *buffer, const char *format, ...) _printf_(2, 3);
void strbuf_add_format_list(struct strbuf *buffer, const char *format, va_list list)
	_printf_(2, 0);

/* Empties the buffer, clears its error and keeps its memory. */
void strbuf_reset(struct strbuf *buffer);

/*
 * The text so far, "" if nothing was appended. Owned by the buffer, valid until the next
 * append.
 */
const char *strbuf_text(const struct strbuf *buffer);

/*
 * Returns the text, which the caller frees, and empties the buffer. NULL if an append
 * failed: the error stays in the buffer.
 */
char *strbuf_take(struct strbuf *buffer);

/* Gives memory back if more than half of it is unused. */
void strbuf_fit(struct strbuf *buffer);

void strbuf_release(struct strbuf *buffer);

#define _cleanup_strbuf_ _cleanup_(strbuf_release)

#endif
