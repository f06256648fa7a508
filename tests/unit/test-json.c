/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The writer of JSON: nesting, white space, escapes, bytes that are not UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "lib/json.h"

typedef void write_fn(struct json *json);

static void writes(write_fn *write, const char *expected)
{
	_cleanup_free_ char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);
	struct json json = JSON_TO(file);

	assert_non_null(file);
	write(&json);
	fclose(file);
	assert_string_equal(text, expected);
}

static void add(struct json *json, const char *key, const char *value)
{
	json_key(json, key);
	json_string(json, value);
}

static void empty_list(struct json *json)
{
	json_begin_list(json);
	json_end_list(json);
}

static void empty_lines(struct json *json)
{
	json_begin_list(json);
	json_space(json, "\n");
	json_end_list(json);
}

static void nested(struct json *json)
{
	json_begin_object(json);
	add(json, "a", "x");
	json_key(json, "list");
	json_begin_list(json);
	for (int i = 0; i < 2; i++) {
		json_begin_object(json);
		json_key(json, "none");
		empty_list(json);
		add(json, "null", NULL);
		json_end_object(json);
	}
	json_begin_list(json);
	json_integer(json, INT64_MIN);
	json_unsigned(json, UINT64_MAX);
	json_boolean(json, true);
	json_boolean(json, false);
	json_raw(json, "0.5");
	json_null(json);
	json_end_list(json);
	json_end_list(json);
	add(json, "z", "");
	json_end_object(json);
}

static void spaced(struct json *json)
{
	json_begin_object(json);
	json_key(json, "rows");
	json_begin_list(json);
	for (int i = 0; i < 2; i++) {
		json_space(json, "\n");
		json_begin_object(json);
		add(json, "a", "b");
		json_key(json, "c");
		json_compact(json, true);
		json_begin_list(json);
		json_integer(json, 1);
		json_begin_object(json);
		add(json, "d", "e");
		add(json, "f", "g");
		json_end_object(json);
		json_end_list(json);
		json_compact(json, false);
		add(json, "h", "i");
		json_end_object(json);
	}
	json_space(json, "\n");
	json_end_list(json);
	add(json, "end", "2");
	json_end_object(json);
}

/* A level more than one machine word has bits is the caller's fault; 64 are not. */
static void deep(struct json *json)
{
	for (int i = 0; i < 63; i++)
		json_begin_list(json);
	for (int i = 0; i < 63; i++) {
		json_end_list(json);
		if (i < 62)
			json_integer(json, 1);
	}
}

static void structures(void **state)
{
	char expected[1024] = "";

	(void)state;
	writes(empty_list, "[]");
	writes(empty_lines, "[\n]");
	writes(nested, "{\"a\": \"x\", \"list\": [{\"none\": [], \"null\": null}, "
		       "{\"none\": [], \"null\": null}, [-9223372036854775808, "
		       "18446744073709551615, true, false, 0.5, null]], \"z\": \"\"}");
	writes(spaced,
	       "{\"rows\": [\n"
	       "{\"a\": \"b\", \"c\": [1,{\"d\":\"e\",\"f\":\"g\"}], \"h\": \"i\"},\n"
	       "{\"a\": \"b\", \"c\": [1,{\"d\":\"e\",\"f\":\"g\"}], \"h\": \"i\"}\n"
	       "], \"end\": \"2\"}");
	for (int i = 0; i < 63; i++)
		strcat(expected, "[");
	for (int i = 0; i < 62; i++)
		strcat(expected, "], 1");
	strcat(expected, "]");
	writes(deep, expected);
}

static void escaped(struct json *json)
{
	json_begin_object(json);
	add(json, "k\"", "a\"b\\c\nd\te\rf\x01g\x1bh\x7fi/");
	json_end_object(json);
}

static void foreign(struct json *json)
{
	json_begin_list(json);
	json_string(json, "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
	json_string(json, "\xc3");	   /* cut short */
	json_string(json, "a\xe2\x82");	   /* the same */
	json_string(json, "\xa4\xa4");	   /* no beginning */
	json_string(json, "\xc0\x80");	   /* longer than it need be */
	json_string(json, "\xed\xa0\x80"); /* a surrogate */
	json_bytes(json, "a\0b", 3);
	json_bytes(json, "\xc3\xa4", 1);
	json_end_list(json);
}

#define REPLACED "\xef\xbf\xbd"

static void strings(void **state)
{
	(void)state;
	writes(escaped,
	       "{\"k\\\"\": \"a\\\"b\\\\c\\nd\\te\\u000df\\u0001g\\u001bh\\u007fi/\"}");
	writes(foreign, "[\"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80\", \"" REPLACED
			"\", \"a" REPLACED REPLACED "\", \"" REPLACED REPLACED
			"\", \"" REPLACED REPLACED "\", \"" REPLACED REPLACED REPLACED
			"\", \"a\\u0000b\", \"" REPLACED "\"]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(structures),
		cmocka_unit_test(strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
