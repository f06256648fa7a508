/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/rocks/complete-line: words, quotes, redirections, and the word at the cursor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/rocks/complete/line.h"

/* The words with | behind each, then the one at the cursor, then > before a file. */
static void check(const char *text, const char *expected, char quote, size_t raw)
{
	_cleanup_complete_line_ struct complete_line line = { 0 };
	_cleanup_strbuf_ struct strbuf said = STRBUF_EMPTY;

	assert_int_equal(complete_line_read(&line, text), 0);
	for (size_t i = 0; i < line.count; i++)
		strbuf_add_format(&said, "%s|", line.words[i]);
	strbuf_add_format(&said, "%s%s", line.redirected ? ">" : "",
			  strbuf_text(&line.current));
	assert_string_equal(strbuf_text(&said), expected);
	assert_int_equal(line.quote, quote);
	assert_int_equal(line.raw - text, raw);
}

static void test_words(void **state)
{
	(void)state;
	check("", "", 0, 0);
	check("rocks", "rocks", 0, 0);
	check("rocks ", "rocks|", 0, 6);
	check("rocks  list\tho", "rocks|list|ho", 0, 12);
	check("  rocks li", "rocks|li", 0, 8);
	check("rocks set a=b:c", "rocks|set|a=b:c", 0, 10);
	check("a $HOME * ~ x", "a|$HOME|*|~|x", 0, 12);
}

static void test_quotes(void **state)
{
	(void)state;
	check("rocks 'list ho", "rocks|list ho", '\'', 6);
	check("rocks \"list ho", "rocks|list ho", '"', 6);
	check("rocks 'list' ho", "rocks|list|ho", 0, 13);
	check("rocks '' x", "rocks||x", 0, 9);
	check("a vm\\ x", "a|vm x", 0, 2);
	check("a b\\", "a|b", 0, 2);
	check("a \"b\\c\\\"d", "a|b\\c\"d", '"', 2);
	check("a 'b\\' c", "a|b\\|c", 0, 7);
	check("a x'y z'w", "a|xy zw", 0, 2);
	check("a b\\\nc", "a|bc", 0, 2);
}

static void test_redirections(void **state)
{
	(void)state;
	check("rocks dump >", "rocks|dump|>", 0, 12);
	check("rocks dump > fi", "rocks|dump|>fi", 0, 13);
	check("rocks dump >> fi", "rocks|dump|>fi", 0, 14);
	check("rocks dump 2> /dev/null ho", "rocks|dump|ho", 0, 24);
	check("rocks dump >f ho", "rocks|dump|ho", 0, 14);
	check("rocks dump x>f ho", "rocks|dump|x|ho", 0, 15);
	check("rocks dump &>f ho", "rocks|dump|ho", 0, 15);
	check("rocks dump '>' ho", "rocks|dump|>|ho", 0, 15);
}

static void test_commands(void **state)
{
	(void)state;
	check("cd /tmp; rocks li", "rocks|li", 0, 15);
	check("a | rocks li", "rocks|li", 0, 10);
	check("a && rocks li", "rocks|li", 0, 11);
	check("a ';' b", "a|;|b", 0, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_redirections),
		cmocka_unit_test(test_commands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
