/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing JSON, value after value, without a tree: the one place with its punctuation. */
#ifndef LIB_JSON_H
#define LIB_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * A document on its way into a stream, which belongs to the caller. Commas, colons and the
 * blanks after them are the writer's; that every key has a value and every begin its end is
 * the caller's. At most 64 levels. Errors stay in the stream, as with any stdio call.
 */
struct json {
	FILE *file;
	uint64_t filled; /* a bit a level, the lowest of the innermost: it has a member */
	const char *space; /* before the next member or end, NULL for the usual blank */
	bool has_key;	   /* what comes is the value of a key */
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

/* Of an object, before the value. Escaped as a string is. */
void json_key(struct json *json, const char *key);

/*
 * A string, or null for a NULL pointer. Control characters are escaped; a byte that is not
 * UTF-8 becomes U+FFFD, so that the document stays readable.
 */
void json_string(struct json *json, const char *text);
void json_bytes(struct json *json, const char *bytes, size_t length);

void json_integer(struct json *json, int64_t value);
void json_unsigned(struct json *json, uint64_t value);
void json_boolean(struct json *json, bool value);
void json_null(struct json *json);

/* A value that is JSON already, such as the digits of a number. */
void json_raw(struct json *json, const char *text);

/*
 * White space for the next member or end, in the place of the usual blank or nothing:
 * "\n" puts it on a line of its own. Not copied.
 */
void json_space(struct json *json, const char *space);

/* From here on no blanks after commas and colons, or again with them. */
void json_compact(struct json *json, bool is_compact);

#endif
