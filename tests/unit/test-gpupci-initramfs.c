/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/gpupci/check/image, check/run: modules in a list of files. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/image.h"
#include "src/gpupci/check/run.h"

static bool has(const char *list, const char *module)
{
	return image_has(list, module, strlen(module));
}

static void finds_modules_however_they_are_packed(void **state)
{
	static const char list[] =
		"usr/lib/modules/6.1.0/kernel/drivers/gpu/drm/nouveau/nouveau.ko\n"
		"-rw-r--r-- 1 root root 9 Jan  1 1970 "
		"usr/lib/modules/6/snd-hda-intel.ko.xz\n"
		"usr/lib/modules/6.1.0/kernel/i915.ko.zst\namdgpu.ko";

	(void)state;
	assert_true(has(list, "nouveau"));
	assert_true(has(list, "snd_hda_intel"));
	assert_true(has(list, "snd-hda-intel"));
	assert_true(has(list, "i915"));
	assert_true(has(list, "amdgpu"));
}

static void takes_no_other_file_for_a_module(void **state)
{
	static const char list[] =
		"usr/lib/nouveau/x.ko\nusr/bin/nouveau\nlib/xnouveau.ko\n"
		"lib/nouveaux.ko\nlib/nouveau.kobold\nlib/nouveau.k";

	(void)state;
	assert_false(has(list, "nouveau"));
	assert_false(has("", "nouveau"));
	assert_false(has(".ko", "nouveau"));
	assert_true(has(list, "x"));
}

static void hands_out_what_a_program_prints(void **state)
{
	const char *const argv[] = { "/bin/echo", "a b", "c", NULL };
	int status = -1;
	_cleanup_free_ char *text = check_run(argv, 10, &status);

	(void)state;
	assert_string_equal(text, "a b c\n");
	assert_int_equal(status, 0);
}

static void tells_how_a_program_failed(void **state)
{
	static const struct {
		const char *script;
		int status;
	} cases[] = {
		{ "echo x; exit 3", 3 },
		{ "kill -9 $$", 128 + 9 },
		{ "head -c 20000000 /dev/zero", -EFBIG },
	};
	const char *const absent[] = { "/nowhere/lsinitramfs", NULL };
	int status = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *const argv[] = { "/bin/sh", "-c", cases[i].script, NULL };

		assert_null(check_run(argv, 10, &status));
		assert_int_equal(status, cases[i].status);
	}
	assert_null(check_run(absent, 10, &status));
	assert_int_equal(status, -ENOENT);
}

static void does_not_wait_for_ever(void **state)
{
	/* One that closes nothing, one that leaves a child with its output, one that is quiet. */
	static const char *const scripts[] = { "echo x; sleep 100", "sleep 100 & exit 0",
					       "exec > /dev/null 2>&1; sleep 100" };
	int status;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++) {
		const char *const argv[] = { "/bin/sh", "-c", scripts[i], NULL };
		time_t begun = time(NULL);

		assert_null(check_run(argv, 1, &status));
		assert_int_equal(status, -ETIMEDOUT);
		assert_true(time(NULL) - begun < 10);
	}
}

static void lets_a_program_complain_at_length(void **state)
{
	const char *const argv[] = { "/bin/sh", "-c",
				     "head -c 1000000 /dev/zero >&2; echo done", NULL };
	int status = -1;
	_cleanup_free_ char *text = check_run(argv, 20, &status);

	(void)state;
	assert_string_equal(text, "done\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_modules_however_they_are_packed),
		cmocka_unit_test(takes_no_other_file_for_a_module),
		cmocka_unit_test(hands_out_what_a_program_prints),
		cmocka_unit_test(tells_how_a_program_failed),
		cmocka_unit_test(does_not_wait_for_ever),
		cmocka_unit_test(lets_a_program_complain_at_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
