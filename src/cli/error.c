/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors and news on standard error. */
#include <stdio.h>
#include <string.h>

#include "lib/strbuf.h"
#include "lib/visible.h"
#include "src/cli/error.h"

#define ERROR_BYTES ((size_t)2048) /* of a message that are shown */

static void (*error_sink)(void *data, const char *sentence);
static void *error_sink_data;

void catch_errors(void (*sink)(void *data, const char *sentence), void *data)
{
	error_sink = sink;
	error_sink_data = data;
}

bool errors_are_caught(void)
{
	return error_sink != NULL;
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Names come from people, files and hosts: they must not move the cursor of a terminal. */
static void print_error(const char *text)
{
	fputs("rocks: ", stderr);
	visible_write(stderr, text, strlen(text));
	fputc('\n', stderr);
}

/* Keeps the beginning and the end of a long message: these say what is wrong. */
static void shorten(const struct strbuf *text, struct strbuf *ret_short)
{
	size_t first = ERROR_BYTES / 2, last = text->length - ERROR_BYTES / 2;

	while (first && is_continuation(text->bytes[first]))
		first--;
	while (last < text->length && is_continuation(text->bytes[last]))
		last++;
	strbuf_add(ret_short, text->bytes, first);
	strbuf_add_format(ret_short, " … (%zu bytes) … ", last - first);
	strbuf_add(ret_short, text->bytes + last, text->length - last);
}

void print_error_list(const char *format, va_list list)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY, shortened = STRBUF_EMPTY;
	const char *sentence;

	strbuf_add_format_list(&text, format, list);
	if (!text.error && text.length > ERROR_BYTES)
		shorten(&text, &shortened);
	sentence = text.error || shortened.error ? "out of memory"
		   : shortened.length		 ? strbuf_text(&shortened)
						 : strbuf_text(&text);
	if (error_sink)
		error_sink(error_sink_data, sentence);
	else
		print_error(sentence);
}

int error(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	print_error_list(format, list);
	va_end(list);
	return ROCKS_FAILED;
}

void say(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	print_error_list(format, list);
	va_end(list);
}

void print_line(const char *format, ...)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	va_list list;

	va_start(list, format);
	strbuf_add_format_list(&text, format, list);
	va_end(list);
	if (text.error)
		memory_error();
	visible_write(stdout, strbuf_text(&text), text.length);
	putchar('\n');
}

int memory_error(void)
{
	return error("out of memory");
}
