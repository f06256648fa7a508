/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lib/text: numbers, booleans, UTF-8, natural order, likeness, shell quoting, wrapping. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/text.h"
#include "lib/texts.h"

static void test_integers(void **state)
{
	int64_t value = 7;

	(void)state;
	assert_int_equal(text_parse_integer("0", 0, 10, &value), 0);
	assert_int_equal(value, 0);
	assert_int_equal(text_parse_integer("-3", -5, 5, &value), 0);
	assert_int_equal(value, -3);
	assert_int_equal(text_parse_integer("11", 0, 10, &value), -ERANGE);
	assert_int_equal(text_parse_integer("99999999999999999999", 0, INT64_MAX, &value),
			 -ERANGE);
	assert_int_equal(value, -3);
	assert_int_equal(text_parse_integer("", 0, 10, &value), -EINVAL);
	assert_int_equal(text_parse_integer("-", 0, 10, &value), -EINVAL);
	assert_int_equal(text_parse_integer(" 1", 0, 10, &value), -EINVAL);
	assert_int_equal(text_parse_integer("+1", 0, 10, &value), -EINVAL);
	assert_int_equal(text_parse_integer("1x", 0, 10, &value), -EINVAL);
	assert_int_equal(text_parse_integer("0x1", 0, 10, &value), -EINVAL);
}

static void test_booleans(void **state)
{
	static const char *const yes[] = { "on", "yes", "y",   "true",
					   "1",	 "ON",	"Yes", "TRUE" };
	static const char *const no[] = {
		"off", "no", "", "0", "2", "yess", "tru", " yes"
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(yes); i++)
		assert_true(text_is_true(yes[i]));
	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		assert_false(text_is_true(no[i]));
}

static void test_typed_booleans(void **state)
{
	static const char *const no[] = { "off",  "no",	 "n",	  "false", "0",
					  "none", "OFF", "False", "N",	   "NONE" };
	static const char *const neither[] = { "",     "maybe", "2",   "00",   "01",
					       "yess", " yes",	"no ", "null", "-1" };
	bool value = false;

	(void)state;
	assert_int_equal(text_parse_boolean("yEs", &value), 0);
	assert_true(value);
	for (size_t i = 0; i < ARRAY_SIZE(no); i++) {
		value = true;
		assert_int_equal(text_parse_boolean(no[i], &value), 0);
		assert_false(value);
	}
	for (size_t i = 0; i < ARRAY_SIZE(neither); i++)
		assert_int_equal(text_parse_boolean(neither[i], &value), -EINVAL);
}

static void test_host_names(void **state)
{
	static const char *const names[] = { "a",	"0",	"compute-0-0",
					     "my_host", "_x",	"a.example.org",
					     "a-",	"A.-_9" };
	static const char *const none[] = {
		"",    "-a",  ".a",    "a b", "a;b", "a\nb", "a[0-9]", "^/etc/x",
		"a/b", "a,b", "$(id)", "a'b", "a%b", "a:b",  "a@b",    "\303\266",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_true(text_is_host_name(names[i]));
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		assert_false(text_is_host_name(none[i]));
}

static void test_device_words(void **state)
{
	static const char *const words[] = {
		"0",	"04-f8-f8-ff-ff-10-11-e2", "0000:00/01.0/00.0", "a+b_c", "-x",
		"GPU.1"
	};
	static const char *const none[] = { "",	     "a b", "a=b",   "{{a}}",	 "a,b",
					    "$(id)", "a'b", "\"a\"", "a\\b",	 "a\nb",
					    "a%b",   "#a",  "~",     "\303\266", "a;b" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		assert_true(text_is_device_word(words[i]));
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		assert_false(text_is_device_word(none[i]));
}

static void test_none(void **state)
{
	static const char *const none[] = { "", "none", "None", "NULL", "null" };
	static const char *const some[] = { " ", "0", "non", "nonee", "nil", "no" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		assert_true(text_is_none(none[i]));
	for (size_t i = 0; i < ARRAY_SIZE(some); i++)
		assert_false(text_is_none(some[i]));
}

static void test_utf8(void **state)
{
	(void)state;
	assert_int_equal(text_utf8_length("a", 1), 1);
	assert_int_equal(text_utf8_length("\xc3\xa9", 2), 2);
	assert_int_equal(text_utf8_length("\xe2\x82\xac", 3), 3);
	assert_int_equal(text_utf8_length("\xf0\x9f\x98\x80", 4), 4);
	assert_int_equal(text_utf8_length("\xc3", 1), 0);
	assert_int_equal(text_utf8_length("\xc3(", 2), 0);
	assert_int_equal(text_utf8_length("\xc0\x80", 2), 0);	      /* overlong */
	assert_int_equal(text_utf8_length("\xe0\x80\x80", 3), 0);     /* overlong */
	assert_int_equal(text_utf8_length("\xed\xa0\x80", 3), 0);     /* surrogate */
	assert_int_equal(text_utf8_length("\xf4\x90\x80\x80", 4), 0); /* above U+10FFFF */
	assert_int_equal(text_utf8_length("\x80", 1), 0);
	assert_int_equal(text_utf8_length("", 0), 0);
	assert_int_equal(text_width("a\xc3\xa9\xff", 4), 3);
}

static void test_clean(void **state)
{
	(void)state;
	assert_true(text_is_clean("VM Container \xc3\xa9"));
	assert_true(text_is_clean(""));
	assert_false(text_is_clean("a\nb"));
	assert_false(text_is_clean("\x1b[2J"));
	assert_false(text_is_clean("a\x7f"));
	assert_false(text_is_clean("\xc2\x85")); /* a C1 control */
	assert_true(text_is_clean("\xc2\xa0"));
	assert_true(text_is_clean("\xe2\x80\xae")); /* no control character */
	assert_false(text_is_clean("\xff"));
}

static void test_natural_order(void **state)
{
	(void)state;
	assert_true(text_compare_natural("compute-0-9", "compute-0-10") < 0);
	assert_true(text_compare_natural("compute-0-10", "compute-0-9") > 0);
	assert_true(text_compare_natural("compute-0-1", "compute-0-1") == 0);
	assert_true(text_compare_natural("a1", "a01") != 0);
	assert_true(text_compare_natural("a", "ab") < 0);
	assert_true(text_compare_natural("ab", "b") < 0);
	assert_true(text_compare_natural("a2b", "a10a") < 0);
	assert_true(text_compare_natural("99999999999999999999999",
					 "100000000000000000000000") < 0);
}

static void test_distance(void **state)
{
	char text[100];

	(void)state;
	assert_int_equal(text_distance("", ""), 0);
	assert_int_equal(text_distance("list", "lst"), 1);
	assert_int_equal(text_distance("lst", "list"), 1);
	assert_int_equal(text_distance("gpu", "gup"), 2);
	assert_int_equal(text_distance("abc", "xyz"), 3);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(text_distance(text, "list"), sizeof(text) - 1);
	assert_int_equal(text_distance("list", text), sizeof(text) - 1);
	text[63] = '\0';
	assert_int_equal(text_distance(text, "x"), 62);
}

static void assert_quoted(const char *word, const char *expected)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	text_quote_shell(&text, word);
	assert_string_equal(strbuf_text(&text), expected);
}

static void test_shell_quoting(void **state)
{
	(void)state;
	assert_quoted("pci_0000_02_00_0", "pci_0000_02_00_0");
	assert_quoted("a@%^-_=+:,./Z9", "a@%^-_=+:,./Z9");
	assert_quoted("VM Container", "VM\\ Container");
	assert_quoted("it's $5; \"x\"", "it\\'s\\ \\$5\\;\\ \\\"x\\\"");
	assert_quoted("", "''");
	assert_quoted("a\n\tb", "a'\n\t'b");
	assert_quoted("\xc3\xa9~", "\xc3\xa9\\~");
}

static void test_wrapping(void **state)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	(void)state;
	text_wrap(&text, "one two three\n\nfour", 2, 9);
	assert_string_equal(strbuf_text(&text), "  one two\n  three\n\n  four\n");
	strbuf_reset(&text);
	text_wrap(&text, "longerthanthat x", 0, 5);
	assert_string_equal(strbuf_text(&text), "longerthanthat\nx\n");
}

/* Copies stay where they are, however many and long they become. */
static void test_copies(void **state)
{
	static char longest[10000];
	const char *first, *large, *copies[2000];
	struct texts texts = TEXTS_EMPTY;
	char number[16];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	first = texts_keep(&texts, "first");
	assert_null(texts_keep(&texts, NULL));
	large = texts_keep(&texts, longest);
	for (size_t i = 0; i < ARRAY_SIZE(copies); i++) {
		snprintf(number, sizeof(number), "%zu", i);
		copies[i] = texts_keep(&texts, number);
	}
	assert_string_equal(first, "first");
	assert_string_equal(large, longest);
	for (size_t i = 0; i < ARRAY_SIZE(copies); i++)
		assert_int_equal(atoi(copies[i]), i);
	assert_string_equal(texts_keep(&texts, ""), "");
	assert_int_equal(texts.error, 0);
	texts_release(&texts);
	texts_release(&texts);
}

static void test_listed_words(void **state)
{
	(void)state;
	assert_true(text_lists_word("poweroff shutdown", "shutdown", 8));
	assert_true(text_lists_word(" 0000:02:00.0  0000:03:00.0 ", "0000:03:00.0", 12));
	assert_true(text_lists_word("one two", "two three", 3));
	assert_false(text_lists_word("poweroff shutdown", "shut", 4));
	assert_false(text_lists_word("poweroff", "poweroffs", 9));
	assert_false(text_lists_word("poweroff shutdown", "poweroff shutdown", 17));
	assert_false(text_lists_word("a b", "", 0));
	assert_false(text_lists_word("", "a", 1));
	assert_false(text_lists_word(NULL, "a", 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_booleans),
		cmocka_unit_test(test_typed_booleans),
		cmocka_unit_test(test_host_names),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_natural_order),
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_shell_quoting),
		cmocka_unit_test(test_wrapping),
		cmocka_unit_test(test_device_words),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_listed_words),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
