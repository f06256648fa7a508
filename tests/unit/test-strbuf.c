/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lib/strbuf: growing, taking, and errors that stay until they are seen. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/strbuf.h"

static void test_growing(void **state)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	(void)state;
	assert_string_equal(strbuf_text(&text), "");
	for (int i = 0; i < 1000; i++)
		strbuf_add_format(&text, "%03d", i);
	strbuf_add_char(&text, '!');
	strbuf_add(&text, "\0x", 2);
	assert_int_equal(text.length, 3003);
	assert_memory_equal(text.bytes + 2994, "998999!\0x", 10);
	assert_int_equal(text.error, 0);
	strbuf_reset(&text);
	assert_string_equal(strbuf_text(&text), "");
}

static void test_taking(void **state)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	_cleanup_free_ char *nothing = strbuf_take(&text), *something = NULL;

	(void)state;
	assert_string_equal(nothing, "");
	strbuf_add_string(&text, "rocks");
	something = strbuf_take(&text);
	assert_string_equal(something, "rocks");
	assert_null(text.bytes);
}

static void test_errors_stay(void **state)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	(void)state;
	strbuf_add_string(&text, "a");
	strbuf_add(&text, "b", SIZE_MAX / 2);
	assert_int_equal(text.error, -ENOMEM);
	strbuf_add_string(&text, "c");
	assert_string_equal(strbuf_text(&text), "a");
	assert_null(strbuf_take(&text));
	strbuf_reset(&text);
	assert_int_equal(text.error, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_growing),
		cmocka_unit_test(test_taking),
		cmocka_unit_test(test_errors_stay),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("strbuf", tests, NULL, NULL);
}
