/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lib/table and lib/json: padding, dashes, owners, picked columns, JSON. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "lib/table.h"

static const char *const columns[] = { "HOST", "GPU", "N" };

/* What a table prints in a style; freed by the caller. */
static char *written(const struct table *table, const struct table_style *style,
		     int expected)
{
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	assert_non_null(file);
	assert_int_equal(table_write(table, style, file), expected);
	assert_int_equal(fclose(file), 0);
	return text;
}

static void assert_written(const struct table *table, const struct table_style *style,
			   const char *expected)
{
	_cleanup_free_ char *text = written(table, style, 0);

	assert_string_equal(text, expected);
}

static struct table *make(size_t owners)
{
	struct table *table = NULL;

	assert_int_equal(table_new(&table, columns, 3), 0);
	for (size_t i = 0; i < owners; i++) {
		table_add_text(table, i ? "compute-0-1" : "a");
		table_add_text(table, i ? "" : "gpupci1");
		if (i)
			table_add_null(table);
		else
			table_add_integer(table, -12);
	}
	return table;
}

static void test_text(void **state)
{
	_cleanup_table_ struct table *two = make(2), *one = make(1), *none = make(0);
	struct table_style style = { .key = "gpu" };

	(void)state;
	assert_written(two, &style,
		       "HOST         GPU     N  \n"
		       "a:           gpupci1 -12\n"
		       "compute-0-1: ------- ---\n");
	assert_written(one, &style, "GPU     N  \ngpupci1 -12\n");
	assert_written(none, &style, "");
	style.owner_always = true;
	assert_written(one, &style, "HOST GPU     N  \na:   gpupci1 -12\n");
	style.no_header = true;
	assert_written(one, &style, "a:   gpupci1 -12\n");
}

static void test_picked_columns(void **state)
{
	_cleanup_table_ struct table *two = make(2);
	struct table_style style = { .key = "gpu", .columns = "n,Host" };
	_cleanup_free_ char *text = NULL;

	(void)state;
	assert_written(two, &style,
		       "HOST         N  \na:           -12\ncompute-0-1: ---\n");
	style.columns = "gpu";
	assert_written(two, &style, "GPU    \ngpupci1\n-------\n");
	style.columns = "gpus";
	text = written(two, &style, -EINVAL);
	assert_string_equal(text, "");
}

static void test_json(void **state)
{
	_cleanup_table_ struct table *two = make(2), *none = make(0), *odd = NULL;
	struct table_style style = { .json = true, .key = "gpu" };

	(void)state;
	assert_written(
		two, &style,
		"[{\"host\": \"a\", \"gpu\": [{\"gpu\": \"gpupci1\", \"n\": -12}]}, "
		"{\"host\": \"compute-0-1\", \"gpu\": [{\"gpu\": \"\", \"n\": "
		"null}]}]\n");
	assert_written(none, &style, "[]\n");
	assert_int_equal(table_new(&odd, columns, 2), 0);
	table_add_text(odd, "a");
	table_add_text(odd, "\"\\\n\t\x01\x7f\xc3\xa9\xff\xc2\x9b\xf3\xa0\x80\x81");
	assert_written(odd, &style,
		       "[{\"host\": \"a\", \"gpu\": [{\"gpu\": "
		       "\"\\\"\\\\\\n\\t\\u0001\\u007f\xc3\xa9\xef\xbf\xbd\\u009b\\udb40"
		       "\\udc01\"}]}]\n");
}

/* What a host says moves no cursor and turns no line around, and columns stay in line. */
static void test_hidden(void **state)
{
	_cleanup_table_ struct table *table = NULL;
	struct table_style style = { .key = "gpu" };

	(void)state;
	assert_int_equal(table_new(&table, columns, 2), 0);
	table_add_text(table, "a\nb");
	table_add_text(table, "\x1b[2J");
	table_add_text(table, "\xe2\x80\xae\xc3\xa9");
	table_add_text(table, "\xff");
	assert_written(table, &style,
		       "HOST           GPU    \n"
		       "a\\x0ab:        \\x1b[2J\n"
		       "\\xe2\\x80\\xae\xc3\xa9: \\xff   \n");
	style.json = true;
	assert_written(table, &style,
		       "[{\"host\": \"a\\nb\", \"gpu\": [{\"gpu\": "
		       "\"\\u001b[2J\"}]}, {\"host\": \"\\u202e\xc3\xa9\", \"gpu\": "
		       "[{\"gpu\": \"\xef\xbf\xbd\"}]}]\n");
}

static void test_large_cells(void **state)
{
	_cleanup_table_ struct table *table = NULL;
	_cleanup_free_ char *large = malloc(600001), *text = NULL;
	struct table_style style = { .no_header = true, .key = "gpu" };

	(void)state;
	assert_non_null(large);
	memset(large, 'x', 600000);
	large[600000] = '\0';
	assert_int_equal(table_new(&table, columns, 2), 0);
	for (int i = 0; i < 3; i++) {
		table_add_text(table, "a");
		table_add_text(table, large);
	}
	text = written(table, &style, 0);
	assert_int_equal(strlen(text), 3 * 600001);
}

/* One cell of a megabyte does not make a megabyte of blanks of every other. */
static void test_wide_cells(void **state)
{
	static const size_t lengths[] = { 4095, 4096, 4097, 1 << 20 };
	struct table_style style = { .key = "gpu" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		_cleanup_table_ struct table *table = NULL;
		_cleanup_free_ char *large = calloc(lengths[i] + 1, 1), *text = NULL;
		size_t width = lengths[i] <= 4096 ? lengths[i] : strlen("GPU");

		assert_non_null(large);
		memset(large, 'x', lengths[i]);
		assert_int_equal(table_new(&table, columns, 2), 0);
		table_add_text(table, "a");
		table_add_text(table, large);
		table_add_text(table, "b");
		table_add_text(table, "");
		text = written(table, &style, 0);
		assert_int_equal(strlen(text), strlen("HOST \na:   \nb:   \n") +
						       lengths[i] + 2 * width);
		assert_non_null(strstr(text, large));
		assert_int_equal(strspn(strstr(text, "\nb:   ") + 6, "-"), width);
	}
}

/* A column is as wide as its characters, however many bytes these take. */
static void test_characters(void **state)
{
	_cleanup_table_ struct table *table = NULL;
	struct table_style style = { .key = "gpu" };

	(void)state;
	assert_int_equal(table_new(&table, columns, 2), 0);
	table_add_text(table, "\xc3\xa9");
	table_add_text(table, "\xc3\xa9\xc3\xa9\xc3\xa9");
	table_add_text(table, "b");
	table_add_text(table, "abcdefg");
	assert_written(table, &style,
		       "HOST GPU    \n"
		       "\xc3\xa9:   \xc3\xa9\xc3\xa9\xc3\xa9    \n"
		       "b:   abcdefg\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),	   cmocka_unit_test(test_picked_columns),
		cmocka_unit_test(test_json),	   cmocka_unit_test(test_large_cells),
		cmocka_unit_test(test_hidden),	   cmocka_unit_test(test_wide_cells),
		cmocka_unit_test(test_characters),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
