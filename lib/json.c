/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes JSON, value by value. */
#include <inttypes.h>
#include <string.h>

#include "lib/json.h"
#include "lib/text.h"
#include "lib/visible.h"

/* Beyond 16 bits a character is two escapes. */
static void write_code_point(FILE *file, uint32_t code)
{
	if (code < 0x10000)
		fprintf(file, "\\u%04" PRIx32, code);
	else
		fprintf(file, "\\u%04" PRIx32 "\\u%04" PRIx32,
			0xd800 + ((code - 0x10000) >> 10), 0xdc00 + (code & 0x3ff));
}

/* Writes what a string cannot have, or a terminal would not show. Returns its bytes. */
static size_t write_escaped(FILE *file, const char *bytes, size_t left)
{
	size_t length = text_utf8_length(bytes, left);

	if (!length)
		fputs("\xef\xbf\xbd", file);
	else if (*bytes == '"' || *bytes == '\\')
		fprintf(file, "\\%c", *bytes);
	else if (*bytes == '\n')
		fputs("\\n", file);
	else if (*bytes == '\t')
		fputs("\\t", file);
	else
		write_code_point(file, text_code_point(bytes, length));
	return length ? length : 1;
}

static void write_string(FILE *file, const char *bytes, size_t length)
{
	size_t plain = 0, i = 0;

	putc_unlocked('"', file);
	while (i < length) {
		unsigned char c = (unsigned char)bytes[i];
		size_t step = visible_length(bytes + i, length - i);

		if (step && c != '"' && c != '\\') {
			i += step;
			continue;
		}
		fwrite_unlocked(bytes + plain, 1, i - plain, file);
		i += write_escaped(file, bytes + i, length - i);
		plain = i;
	}
	fwrite_unlocked(bytes + plain, 1, i - plain, file);
	putc_unlocked('"', file);
}

/* What goes before a member: the comma after the last one, and white space. */
static void separate(struct json *json)
{
	const char *space = json->space;

	if (json->filled & 1) {
		putc_unlocked(',', json->file);
		if (!space && !json->is_compact)
			putc_unlocked(' ', json->file);
	}
	if (space) {
		fputs_unlocked(space, json->file);
		json->space = NULL;
	}
	json->filled |= 1;
}

/* A value of a list is a member; that of a key follows it. */
static void begin_value(struct json *json)
{
	if (!json->has_key)
		separate(json);
	json->has_key = false;
}

static void begin(struct json *json, char bracket)
{
	begin_value(json);
	putc_unlocked(bracket, json->file);
	json->filled <<= 1;
}

static void end(struct json *json, char bracket)
{
	if (json->space)
		fputs_unlocked(json->space, json->file);
	json->space = NULL;
	putc_unlocked(bracket, json->file);
	json->filled >>= 1;
}

void json_begin_object(struct json *json)
{
	begin(json, '{');
}

void json_end_object(struct json *json)
{
	end(json, '}');
}

void json_begin_list(struct json *json)
{
	begin(json, '[');
}

void json_end_list(struct json *json)
{
	end(json, ']');
}

void json_key(struct json *json, const char *key)
{
	separate(json);
	write_string(json->file, key, strlen(key));
	putc_unlocked(':', json->file);
	if (!json->is_compact)
		putc_unlocked(' ', json->file);
	json->has_key = true;
}

void json_bytes(struct json *json, const char *bytes, size_t length)
{
	begin_value(json);
	write_string(json->file, bytes, length);
}

void json_raw(struct json *json, const char *text)
{
	begin_value(json);
	fputs_unlocked(text, json->file);
}

void json_null(struct json *json)
{
	json_raw(json, "null");
}

void json_string(struct json *json, const char *text)
{
	if (text)
		json_bytes(json, text, strlen(text));
	else
		json_null(json);
}

void json_integer(struct json *json, int64_t value)
{
	begin_value(json);
	fprintf(json->file, "%" PRId64, value);
}

void json_unsigned(struct json *json, uint64_t value)
{
	begin_value(json);
	fprintf(json->file, "%" PRIu64, value);
}

void json_boolean(struct json *json, bool value)
{
	json_raw(json, value ? "true" : "false");
}

void json_space(struct json *json, const char *space)
{
	json->space = space;
}

void json_compact(struct json *json, bool is_compact)
{
	json->is_compact = is_compact;
}
