/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing string. */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "lib/strbuf.h"

static int reserve(struct strbuf *buffer, size_t more)
{
	size_t wanted = buffer->size ? buffer->size : 64;
	char *bytes;

	if (buffer->error)
		return buffer->error;
	if (more >= SIZE_MAX / 2 - buffer->length)
		return buffer->error = -ENOMEM;
	while (wanted < buffer->length + more + 1)
		wanted *= 2;
	if (wanted == buffer->size)
		return 0;
	bytes = realloc(buffer->bytes, wanted);
	if (!bytes)
		return buffer->error = -ENOMEM;
	buffer->bytes = bytes;
	buffer->size = wanted;
	return 0;
}

void strbuf_add(struct strbuf *buffer, const void *bytes, size_t length)
{
	if (reserve(buffer, length) < 0)
		return;
	if (length)
		memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
	buffer->bytes[buffer->length] = '\0';
}

void strbuf_add_string(struct strbuf *buffer, const char *string)
{
	strbuf_add(buffer, string, strlen(string));
}

void strbuf_add_char(struct strbuf *buffer, char c)
{
	strbuf_add(buffer, &c, 1);
}

void strbuf_add_format_list(struct strbuf *buffer, const char *format, va_list list)
{
	va_list again;
	int length;

	va_copy(again, list);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0) {
		buffer->error = -EINVAL;
		return;
	}
	if (reserve(buffer, (size_t)length) < 0)
		return;
	vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, list);
	buffer->length += (size_t)length;
}

void strbuf_add_format(struct strbuf *buffer, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	strbuf_add_format_list(buffer, format, list);
	va_end(list);
}

void strbuf_reset(struct strbuf *buffer)
{
	buffer->length = 0;
	buffer->error = 0;
	if (buffer->bytes)
		buffer->bytes[0] = '\0';
}

const char *strbuf_text(const struct strbuf *buffer)
{
	return buffer->bytes ? buffer->bytes : "";
}

char *strbuf_take(struct strbuf *buffer)
{
	char *bytes;

	if (!buffer->bytes)
		strbuf_add(buffer, "", 0);
	if (buffer->error)
		return NULL;
	bytes = buffer->bytes;
	*buffer = (struct strbuf)STRBUF_EMPTY;
	return bytes;
}

void strbuf_fit(struct strbuf *buffer)
{
	size_t wanted = buffer->length + 1;
	char *bytes = buffer->size / 2 > wanted ? realloc(buffer->bytes, wanted) : NULL;

	if (!bytes)
		return;
	buffer->bytes = bytes;
	buffer->size = wanted;
}

void strbuf_release(struct strbuf *buffer)
{
	free(buffer->bytes);
	*buffer = (struct strbuf)STRBUF_EMPTY;
}
