/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text as roff reads it. */
#include <stdbool.h>
#include <string.h>

#include "doc/roff.h"
#include "lib/text.h"

/* The code point of a UTF-8 character of that many bytes. */
static unsigned int code_point(const char *text, size_t length)
{
	unsigned int code = (unsigned char)*text;

	if (length > 1)
		code &= 0x7fu >> length;
	for (size_t i = 1; i < length; i++)
		code = code << 6 | ((unsigned char)text[i] & 0x3fu);
	return code;
}

/* What roff takes for more than the character that it is. */
static const char *name_of_character(char c)
{
	switch (c) {
	case '\\':
		return "\\(rs";
	case '-':
		return "\\-";
	case '\'':
		return "\\(aq";
	case '`':
		return "\\(ga";
	case '"':
		return "\\(dq";
	case '^':
		return "\\(ha";
	case '~':
		return "\\(ti";
	default:
		return NULL;
	}
}

void roff_add(struct strbuf *page, const char *text, size_t length)
{
	const char *end = text + length;

	/* At the front of a line these two begin a request. */
	if (length && (*text == '.' || *text == '\''))
		strbuf_add_string(page, "\\&");
	while (text < end) {
		size_t size = text_utf8_length(text, (size_t)(end - text));
		const char *name = name_of_character(*text);

		if (size > 1)
			strbuf_add_format(page, "\\[u%04X]", code_point(text, size));
		else if (name)
			strbuf_add_string(page, name);
		else
			strbuf_add_char(page, *text);
		text += size ? size : 1;
	}
}

void roff_add_prose(struct strbuf *page, const char *text, size_t length)
{
	const char *end = text + length;
	bool typed = false;

	while (text < end) {
		const char *tick = memchr(text, '`', (size_t)(end - text));

		roff_add(page, text, (size_t)((tick ? tick : end) - text));
		text = tick ? tick + 1 : end;
		if (tick)
			strbuf_add_string(page, typed ? "\\fR" : "\\fB");
		typed ^= tick != NULL;
	}
	strbuf_add_string(page, typed ? "\\fR\n" : "\n");
}

void roff_add_paragraphs(struct strbuf *page, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		if (length)
			roff_add_prose(page, text, length);
		text += length;
		length = strspn(text, "\n");
		text += length;
		if (*text)
			strbuf_add_string(page, length > 1 ? ".PP\n" : ".br\n");
	}
}
