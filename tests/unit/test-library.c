/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which releases of SQLite have the WAL-reset bug. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/store/library.h"

static void reset_bug(void **state)
{
	static const struct {
		int number;
		bool has;
	} cases[] = {
		{ 3006023, false }, { 3007000, true },	{ 3040001, true },
		{ 3044005, true },  { 3044006, false }, { 3045000, true },
		{ 3050006, true },  { 3050007, false }, { 3051000, true },
		{ 3051002, true },  { 3051003, false }, { 3052000, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(library_has_reset_bug(cases[i].number), cases[i].has);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reset_bug) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
