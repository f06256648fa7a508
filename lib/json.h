/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes JSON, value by value, without a tree: the one place with its punctuation. */
#ifndef LIB_JSON_H
#define LIB_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * A document being written to a stream, which the caller owns. The writer adds commas,
 * colons and the blanks after them; the caller sees to it that every key has a value and
 * every begin an end. At most 64 levels. Errors stay in the stream, as with any stdio
 * call.
 */
struct json {
	FILE *file;
	uint64_t filled;   /* a bit per level, innermost lowest: it has a member */
	const char *space; /* before the next member or end; NULL for the default blank */
	bool has_key;	   /* the next value belongs to a key */
	bool is_compact;   /* see json_compact() */
};

#define JSON_TO(stream)          \
	{                        \
		.file = (stream) \
	}

void json_begin_object(struct json *json);
void json_end_object(struct json *json);
void json_begin_list(struct json *json);
void json_end_list(struct json *json);

/* A key of an object, before its value. Escaped as a string. */
void json_key(struct json *json, const char *key);

/*
 * Writes a string, or null for a NULL pointer. What a terminal would not show (see
 * lib/visible.h) is escaped; a byte that is not UTF-8 becomes U+FFFD, so that the
 * document stays readable.
 */
void json_string(struct json *json, const char *text);
void json_bytes(struct json *json, const char *bytes, size_t length);

void json_integer(struct json *json, int64_t value);
void json_unsigned(struct json *json, uint64_t value);
void json_boolean(struct json *json, bool value);
void json_null(struct json *json);

/* Writes a value that is already JSON, such as the digits of a number. */
void json_raw(struct json *json, const char *text);

/*
 * White space before the next member or end, instead of the default: "\n" puts it on a
 * line of its own. Not copied: it must live until then.
 */
void json_space(struct json *json, const char *space);

/* Turns the blanks after commas and colons off, or on again. */
void json_compact(struct json *json, bool is_compact);

#endif
