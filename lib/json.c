/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing JSON. */
#include <string.h>

#include "lib/json.h"
#include "lib/text.h"

static void write_escaped(FILE *file, unsigned char c)
{
	switch (c) {
	case '"':
		fputs("\\\"", file);
		break;
	case '\\':
		fputs("\\\\", file);
		break;
	case '\n':
		fputs("\\n", file);
		break;
	case '\t':
		fputs("\\t", file);
		break;
	default:
		fprintf(file, "\\u%04x", c);
	}
}

void json_write_bytes(FILE *file, const char *bytes, size_t length)
{
	size_t plain = 0, i = 0;

	putc_unlocked('"', file);
	while (i < length) {
		unsigned char c = (unsigned char)bytes[i];
		size_t step = c < 0x80 ? 1 : text_utf8_length(bytes + i, length - i);

		if (step && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
			i += step;
			continue;
		}
		fwrite_unlocked(bytes + plain, 1, i - plain, file);
		if (step)
			write_escaped(file, c);
		else
			fputs("\xef\xbf\xbd", file);
		plain = ++i;
	}
	fwrite_unlocked(bytes + plain, 1, i - plain, file);
	putc_unlocked('"', file);
}

void json_write_string(FILE *file, const char *text)
{
	if (text)
		json_write_bytes(file, text, strlen(text));
	else
		fputs("null", file);
}
