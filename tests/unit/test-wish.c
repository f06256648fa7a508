/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lib/wish: what asks for cards by model, and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "lib/wish.h"

#define LONGEST "A23456789012345678901234567890123456789012345678901234567890123"

static void test_wishes(void **state)
{
	static const struct {
		const char *text, *model;
		int64_t count;
	} cases[] = {
		{ "T4", "T4", 1 },
		{ "T4:1", "T4", 1 },
		{ "T4:2", "T4", 2 },
		{ "T4:64", "T4", 64 },
		{ "t", "t", 1 },
		{ "Quadro-RTX_6000.b+", "Quadro-RTX_6000.b+", 1 },
		{ "10de:1eb8", "10de:1eb8", 1 },
		{ "10DE:1EB8", "10de:1eb8", 1 },
		{ "10de:1eb8:2", "10de:1eb8", 2 },
		{ "10de:1eb8:12", "10de:1eb8", 12 },
		{ "10de:1eb8:10de:12a2", "10de:1eb8:10de:12a2", 1 },
		{ "10de:1eb8:10de:12a2:3", "10de:1eb8:10de:12a2", 3 },
		/* hexadecimal digits, but a name */
		{ "beef", "beef", 1 },
		{ "beef:12", "beef", 12 },
		{ "beef:1234", "beef:1234", 1 },
		{ "a100:2", "a100", 2 },
		{ "gpu", "gpu", 1 },
		{ "nones", "nones", 1 },
		{ LONGEST, LONGEST, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct wish wish;
		const char *problem = NULL;

		if (wish_parse(cases[i].text, &wish, &problem) < 0)
			fail_msg("%s: %s", cases[i].text, problem);
		assert_string_equal(wish.model, cases[i].model);
		assert_int_equal(wish.count, cases[i].count);
		assert_null(problem);
	}
}

static const char *const others[] = {
	"",
	":",
	":2",
	"T4:",
	"T4:0",
	"T4:00",
	"T4:02",
	"T4:65",
	"T4:100",
	"T4:-1",
	"T4:+1",
	"T4: 1",
	"T4:1 ",
	"T4:x",
	"T4:2:2",
	"4T",
	"-T4",
	"T 4",
	"T4=2",
	"T4/2",
	"T4,V100",
	"T\xc3\xb6",
	"T4\n",
	"<script>",
	"'T4'",
	LONGEST "4",
	/* ids of other than four digits, and other than two or four of them */
	"10d:1eb8",
	"10de:1eb",
	"10de:01eb8",
	"10de",
	"10de:",
	"10de:1eb8:",
	"10de:1eb8:100",
	"10de:1eb8:10de",
	"10de:1eb8:10de:2",
	"10de:1eb8:10de:12a",
	"10de:1eb8:10de:12a2:0",
	"10de:1eb8:10de:12a2:1234",
	"10de:1ebg",
	/* cards: their names and addresses */
	"gpupci",
	"gpupci1",
	"gpupci:2",
	"GPUPCI1",
	"pci_0000_02_00_0",
	"PCI_0000_02_00_0",
	"0000:02:00.0",
	"02:00.0",
	"ab:00.0",
	/* no model */
	"none",
	"None:2",
	"NULL",
};

static void test_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		struct wish wish;
		const char *problem = NULL;

		if (wish_parse(others[i], &wish, &problem) == 0)
			fail_msg("«%s» is %s, %d of them", others[i], wish.model,
				 (int)wish.count);
		assert_non_null(problem);
	}
}

static void test_words(void **state)
{
	(void)state;
	assert_true(wish_is_name("T4"));
	assert_false(wish_is_name("T4:2"));
	assert_false(wish_is_name("10de:1eb8"));
	assert_false(wish_is_name("gpupci1"));
	assert_false(wish_is_name(""));
	assert_true(wish_is_ids("10de:1eb8"));
	assert_true(wish_is_ids("10DE:1eb8:10de:12A2"));
	assert_false(wish_is_ids("10de:1eb8:2"));
	assert_false(wish_is_ids("10de:1eb8:10de"));
	assert_false(wish_is_ids("10de:1eb8:"));
	assert_false(wish_is_ids("10de"));
	assert_false(wish_is_ids(""));
}

static void assert_list(const char *text, const char *expected)
{
	_cleanup_strbuf_ struct strbuf got = STRBUF_EMPTY;
	struct wish_list list;
	const char *problem = NULL;

	if (wish_list_parse(text, &list, &problem) < 0)
		strbuf_add_format(&got, "refused: %.20s", problem);
	else
		wish_list_add(&got, &list);
	assert_string_equal(strbuf_text(&got), expected);
}

static void test_lists(void **state)
{
	_cleanup_strbuf_ struct strbuf sixteen = STRBUF_EMPTY, same = STRBUF_EMPTY;

	(void)state;
	assert_list("T4", "T4:1");
	assert_list("TitanXp:1,Quadro6000:2", "TitanXp:1,Quadro6000:2");
	assert_list("10DE:1eb8,10de:1db6:10de:1214:2",
		    "10de:1eb8:1,10de:1db6:10de:1214:2");
	assert_list("T4,t4:2", "refused: a model is given twi");
	assert_list("10de:1eb8,10DE:1EB8:2", "refused: a model is given twi");
	assert_list("", "refused: a model is a name th");
	assert_list(",", "refused: a model is a name th");
	assert_list("T4,", "refused: a model is a name th");
	assert_list(",T4", "refused: a model is a name th");
	assert_list("T4,,V100", "refused: a model is a name th");
	assert_list("T4, V100", "refused: a model is a name th");
	assert_list("T4:65,V100", "refused: the number of cards ");
	for (char c = 'a'; c <= 'p'; c++) {
		strbuf_add_format(&sixteen, "%s%c", sixteen.length ? "," : "", c);
		strbuf_add_format(&same, "%s%c:1", same.length ? "," : "", c);
	}
	assert_list(strbuf_text(&sixteen), strbuf_text(&same));
	strbuf_add_string(&sixteen, ",q");
	assert_list(strbuf_text(&sixteen), "refused: more than 16 models");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wishes),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
