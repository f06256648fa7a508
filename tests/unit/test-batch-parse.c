/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/rocks/batch-parse: quotes, escapes, comments, continued lines, and invalid lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/rocks/batch/parse.h"

/* The first line of a text: its words with | between, or its fault. */
static const char *parse(const char *text, size_t length, ssize_t *ret_used)
{
	static char said[256];
	_cleanup_batch_words_ struct batch_words words = { 0 };

	*ret_used = batch_parse(text, length, true, &words);
	assert_true(*ret_used > 0);
	said[0] = '\0';
	if (words.fault) {
		snprintf(said, sizeof(said), "! %s", words.fault);
		return said;
	}
	for (size_t i = 0; i < words.count; i++) {
		strcat(said, i ? "|" : "");
		strcat(said, words.list[i]);
	}
	if (words.count)
		assert_null(words.list[words.count]);
	return said;
}

static void check(const char *text, const char *expected, size_t used)
{
	ssize_t got;

	assert_string_equal(parse(text, strlen(text), &got), expected);
	assert_int_equal(got, used);
}

static void test_words(void **state)
{
	(void)state;
	check("list host\nnext", "list|host", 10);
	check("list host", "list|host", 9);
	check(" \t list \t host \t\nnext", "list|host", 17);
	check("list host\r\nnext", "list|host", 11);
	check("a\rb\n", "a\rb", 4);
	check("\nnext", "", 1);
	check("   \nnext", "", 4);
	check("# list host\nnext", "", 12);
	check("  # 'list\nnext", "", 10);
	check("list # host \"\nnext", "list", 14);
	check("a#b c\\# '#'\n", "a#b|c#|#", 12);
	check("a=$HOME * ? ~ [x] {y,z} !\n", "a=$HOME|*|?|~|[x]|{y,z}|!", 26);
}

static void test_quotes(void **state)
{
	(void)state;
	check("'a b'\"c d\"e\\ f\n", "a bc de f", 15);
	check("'' \"\" x\n", "||x", 8);
	check("'a\nb' c\nd", "a\nb|c", 8);
	check("\"a\nb\"\nd", "a\nb", 6);
	check("'a\\'\n", "a\\", 5);
	check("\"a\\\"b\\\\c\\$d\\`e\\f\"\n", "a\"b\\c$d`e\\f", 18);
	check("a\\\nb c\n", "ab|c", 7);
	check("\"a\\\nb\"\n", "ab", 7);
	check("a\\\\b \\' \\\"\n", "a\\b|'|\"", 11);
	check("';&|<>()`#$'\n", ";&|<>()`#$", 13);
	check("\xff'\xfe'\\\xfd\n", "\xff\xfe\xfd", 7);
}

static void test_faults(void **state)
{
	ssize_t used;

	(void)state;
	check("a 'b\nc\n", "! the quote ' that begins here never ends", 7);
	check("a \"b\\\"\nc\n", "! the quote \" that begins here never ends", 9);
	check("a \"b\\", "! the quote \" that begins here never ends", 5);
	check("a b\\", "! nothing follows the backslash at its end", 4);
	check("a; b\nc", "! ; is not quoted", 5);
	check("a && b | c\nd", "! & is not quoted", 11);
	check("a | b\n", "! | is not quoted", 6);
	check("a > b\n", "! > is not quoted", 6);
	check("a < b\n", "! < is not quoted", 6);
	check("a (b)\n", "! ( is not quoted", 6);
	check("a b)\n", "! ) is not quoted", 5);
	check("a `b`\n", "! ` is not quoted", 6);
	assert_string_equal(parse("a\0b\nc", 5, &used),
			    "! a word must not contain a NUL byte");
	assert_int_equal(used, 4);
	assert_string_equal(parse("'a\0b'\nc", 7, &used),
			    "! a word must not contain a NUL byte");
	assert_string_equal(parse("\\\0b\nc", 5, &used),
			    "! a word must not contain a NUL byte");
}

/* Cut anywhere, the line needs more, or is the same. */
static void test_pieces(void **state)
{
	static const char text[] = "add  'a\n\nb' \"c\\\"\n\" d\\\n e\\ f # x 'y\nnext";
	const size_t whole = sizeof(text) - 1 - 4;

	(void)state;
	for (size_t length = 0; length < sizeof(text); length++) {
		_cleanup_batch_words_ struct batch_words words = { 0 };
		ssize_t used = batch_parse(text, length, false, &words);

		if (length < whole) {
			assert_int_equal(used, 0);
			continue;
		}
		assert_int_equal(used, whole);
		assert_int_equal(words.count, 5);
		assert_int_equal(words.lines, 5);
		assert_string_equal(words.list[1], "a\n\nb");
		assert_string_equal(words.list[2], "c\"\n");
		assert_string_equal(words.list[3], "d");
		assert_string_equal(words.list[4], "e f");
	}
}

static void test_size(void **state)
{
	_cleanup_batch_words_ struct batch_words words = { 0 };
	const size_t size = 1 << 22;
	_cleanup_free_ char *text = malloc(size + 1);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', size);
	text[0] = text[size - 1] = '\'';
	text[size] = '\n';
	assert_int_equal(batch_parse(text, size + 1, true, &words), size + 1);
	assert_int_equal(strlen(words.list[0]), size - 2);
	for (size_t i = 1; i < size; i += 2)
		text[i] = ' ';
	text[0] = text[size - 1] = 'x';
	assert_int_equal(batch_parse(text, size + 1, true, &words), size + 1);
	assert_int_equal(words.count, size / 2 + 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),  cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_faults), cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
