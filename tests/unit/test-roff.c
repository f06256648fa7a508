/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doc/roff: text that is special to roff. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "doc/roff.h"

static void check(const char *text, const char *expected)
{
	_cleanup_strbuf_ struct strbuf page = STRBUF_EMPTY;

	roff_add(&page, text, strlen(text));
	assert_int_equal(page.error, 0);
	assert_string_equal(strbuf_text(&page), expected);
}

static void test_characters(void **state)
{
	(void)state;
	check("", "");
	check("list host gpu", "list host gpu");
	check("vm-container-0-15", "vm\\-container\\-0\\-15");
	check("a\\nb", "a\\(rsnb");
	check("'%d' \"x\" `y` ^~", "\\&\\(aq%d\\(aq \\(dqx\\(dq \\(gay\\(ga \\(ha\\(ti");
	check(".SH NAME", "\\&.SH NAME");
	check("a.b'c", "a.b\\(aqc");
}

static void test_utf8(void **state)
{
	(void)state;
	check("gpupci1, …", "gpupci1, \\[u2026]");
	check("«é»", "\\[u00AB]\\[u00E9]\\[u00BB]");
	check("\xf0\x9f\x98\x80", "\\[u1F600]");
	check("\xff", "\xff");
}

static void test_prose(void **state)
{
	_cleanup_strbuf_ struct strbuf page = STRBUF_EMPTY;
	const char *text = "see `rocks list host`, or `-h";

	(void)state;
	roff_add_prose(&page, text, strlen(text));
	assert_string_equal(strbuf_text(&page),
			    "see \\fBrocks list host\\fR, or \\fB\\-h\\fR\n");
}

static void test_paragraphs(void **state)
{
	_cleanup_strbuf_ struct strbuf page = STRBUF_EMPTY;

	(void)state;
	roff_add_paragraphs(&page, "one\ntwo\n\n.three\n");
	assert_string_equal(strbuf_text(&page), "one\n.br\ntwo\n.PP\n\\&.three\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_prose),
		cmocka_unit_test(test_paragraphs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
