/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which card of another host stands for which of a VM's. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "db/equivalent.h"
#include "lib/cleanup.h"

#define V100 "10de:1db6"
#define V100_OTHER "10de:1db6:10de:124a"
#define T4 "10de:1eb8"
#define TWO "pci 0/30000/10de:1db6, 1/40300/10de:10ef"
#define ONE "pci 0/30200/10de:1eb8"
#define NONE EQUIVALENT_NONE

static void assert_choice(const struct card_model *wanted, size_t wanted_count,
			  const struct card_model *options, size_t option_count,
			  const size_t *expected)
{
	size_t choice[8];

	assert_int_equal(
		cards_choose(wanted, wanted_count, options, option_count, choice), 0);
	for (size_t i = 0; i < wanted_count; i++)
		assert_int_equal(choice[i], expected[i]);
}

static void test_like(void **state)
{
	const struct card_model card = { V100, TWO, 0, NULL },
				other = { V100_OTHER, TWO, 1, NULL },
				unknown = { NULL, TWO, 0, NULL },
				sibling = { T4, TWO, 0, NULL },
				lone = { V100, ONE, 0, NULL };

	(void)state;
	assert_true(card_is_like(&card, &card));
	assert_true(card_is_like(&card, &other));
	assert_false(card_is_like(&card, &unknown));
	assert_false(card_is_like(&unknown, &card));
	assert_false(card_is_like(&unknown, &unknown));
	assert_false(card_is_like(&card, &sibling));
	assert_false(card_is_like(&card, &lone));
}

/* What was asked for by model is like any card of it. */
static void test_model(void **state)
{
	const struct card_model wanted[] = { { V100, TWO, 0, "v100" },
					     { V100, TWO, 0, NULL } };
	const struct card_model options[] = { { T4, TWO, 0, "T4" },
					      { V100, TWO, 1, "V100" },
					      { V100_OTHER, ONE, 1, "V100" },
					      { V100, ONE, 1, NULL } };

	(void)state;
	assert_false(card_is_like(&wanted[0], &options[0]));
	assert_true(card_is_like(&wanted[0], &options[1]));
	assert_true(card_is_like(&wanted[0], &options[2]));
	assert_false(card_is_like(&wanted[0], &options[3]));
	assert_true(card_is_like(&wanted[1], &options[1]));
	assert_false(card_is_like(&wanted[1], &options[2]));
}

static void test_none(void **state)
{
	const struct card_model wanted[] = { { V100, TWO, 0, NULL },
					     { V100, TWO, 0, NULL } };
	const struct card_model options[] = { { T4, TWO, 0, NULL },
					      { V100, TWO, 1, NULL } };
	const size_t first[] = { 1, NONE }, none[] = { NONE, NONE };

	(void)state;
	assert_choice(wanted, 2, options, 1, none);
	assert_choice(wanted, 2, options, 2, first);
	assert_choice(wanted, 0, options, 2, none);
	assert_choice(wanted, 2, NULL, 0, none);
}

static void test_node(void **state)
{
	const struct card_model wanted[] = { { V100, TWO, 1, NULL } };
	const struct card_model options[] = { { V100, TWO, 0, NULL },
					      { V100, TWO, -1, NULL },
					      { V100, TWO, 1, NULL },
					      { V100, TWO, 1, NULL } };
	const size_t near[] = { 2 }, far[] = { 0 };

	(void)state;
	assert_choice(wanted, 1, options, 4, near);
	assert_choice(wanted, 1, options, 2, far);
}

/* The same subsystem counts less than the node. */
static void test_subsystem(void **state)
{
	const struct card_model wanted[] = { { V100_OTHER, TWO, 0, NULL } };
	const struct card_model options[] = { { V100_OTHER, TWO, 1, NULL },
					      { V100, TWO, 0, NULL },
					      { V100_OTHER, TWO, 0, NULL } };
	const size_t both[] = { 2 }, node[] = { 1 };

	(void)state;
	assert_choice(wanted, 1, options, 3, both);
	assert_choice(wanted, 1, options, 2, node);
}

/* Cards that were together stay together, on another node when theirs has no room. */
static void test_together(void **state)
{
	const struct card_model wanted[] = { { V100, TWO, 0, NULL },
					     { V100, TWO, 0, NULL } };
	const struct card_model options[] = { { V100, TWO, 0, NULL },
					      { V100, TWO, 1, NULL },
					      { V100, TWO, 1, NULL },
					      { V100, TWO, 0, NULL } };
	const size_t own[] = { 0, 3 }, other[] = { 1, 2 }, apart[] = { 0, 1 };

	(void)state;
	assert_choice(wanted, 2, options, 4, own);
	assert_choice(wanted, 2, options, 3, other);
	assert_choice(wanted, 2, options, 2, apart);
}

/* What was of two models and nodes: each finds its own, and none is taken twice. */
static void test_mixed(void **state)
{
	const struct card_model wanted[] = { { T4, ONE, -1, NULL },
					     { V100, TWO, 0, NULL },
					     { T4, ONE, 1, NULL },
					     { V100, TWO, 0, NULL } };
	const struct card_model options[] = { { V100, TWO, 1, NULL },
					      { V100, TWO, 1, NULL },
					      { T4, ONE, 1, NULL },
					      { T4, ONE, 0, NULL } };
	size_t choice[4];
	bool taken[4] = { false };

	(void)state;
	assert_int_equal(cards_choose(wanted, 4, options, 4, choice), 0);
	for (size_t i = 0; i < 4; i++) {
		assert_true(choice[i] < 4);
		assert_false(taken[choice[i]]);
		taken[choice[i]] = true;
		assert_true(card_is_like(&wanted[i], &options[choice[i]]));
	}
	assert_int_equal(choice[2], 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_like),	  cmocka_unit_test(test_model),
		cmocka_unit_test(test_none),	  cmocka_unit_test(test_node),
		cmocka_unit_test(test_subsystem), cmocka_unit_test(test_together),
		cmocka_unit_test(test_mixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
