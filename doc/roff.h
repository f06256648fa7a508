/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text as roff reads it: the same characters come out, and none is a request. */
#ifndef DOC_ROFF_H
#define DOC_ROFF_H

#include <stddef.h>

#include "lib/strbuf.h"

/* Appends so many bytes of UTF-8 without newlines. */
void roff_add(struct strbuf *page, const char *text, size_t length);

/* The same with a newline behind; what stands between backticks is bold, as typed. */
void roff_add_prose(struct strbuf *page, const char *text, size_t length);

/* Lines, and paragraphs with an empty line between two. */
void roff_add_paragraphs(struct strbuf *page, const char *text);

#endif
