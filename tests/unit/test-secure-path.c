/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who may change a file that code is loaded from. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "lib/secure-path.h"

static const char *program; /* as it was called: with a path */

struct paths {
	char folder[64];
	char file[96];
	char link[96];
};

static void test_modes(void **state)
{
	static const struct {
		mode_t mode;
		int expected;
	} cases[] = {
		{ 0644, 0 },	  { 0755, 0 },	    { 0700, 0 },      { 0400, 0 },
		{ 0444, 0 },	  { 0664, -EPERM }, { 0646, -EPERM }, { 0622, -EPERM },
		{ 0020, -EPERM }, { 0002, -EPERM }, { 0777, -EPERM },
	};
	const struct paths *paths = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(chmod(paths->file, cases[i].mode), 0);
		assert_int_equal(secure_path_check(paths->file), cases[i].expected);
		assert_int_equal(secure_path_check(paths->link), cases[i].expected);
	}
}

static void test_folder(void **state)
{
	const struct paths *paths = *state;

	assert_int_equal(secure_path_check(paths->folder), 0);
	assert_int_equal(chmod(paths->folder, 01777), 0);
	assert_int_equal(secure_path_check(paths->folder), -EPERM);
	assert_int_equal(chmod(paths->folder, 0700), 0);
}

/* Root's own files are everybody's to run; only root can make one that is another's. */
static void test_owner(void **state)
{
	const struct paths *paths = *state;

	assert_int_equal(secure_path_check("/proc/version"), 0);
	if (geteuid() != 0)
		return;
	assert_int_equal(chmod(paths->folder, 0711), 0);
	assert_int_equal(chmod(paths->file, 0644), 0);
	assert_int_equal(chown(paths->file, 65533, 0), 0);
	assert_int_equal(secure_path_check(paths->file), -EPERM);
	assert_int_equal(seteuid(65533), 0);
	assert_int_equal(secure_path_check(paths->file), 0);
	assert_int_equal(secure_path_check("/proc/version"), 0);
	assert_int_equal(seteuid(0), 0);
}

static void test_missing(void **state)
{
	const struct paths *paths = *state;

	assert_int_equal(unlink(paths->file), 0);
	assert_int_equal(secure_path_check(paths->file), -ENOENT);
	assert_int_equal(secure_path_check(paths->link), -ENOENT);
	assert_int_equal(secure_path_check("/proc/version/x"), -ENOTDIR);
}

static void test_program_folder(void **state)
{
	_cleanup_free_ char *folder = NULL, *expected = NULL;

	(void)state;
	expected = realpath(program, NULL);
	assert_non_null(expected);
	*strrchr(expected, '/') = '\0';
	assert_int_equal(secure_path_program_folder(&folder), 0);
	assert_string_equal(folder, expected);
}

static int make_paths(void **state)
{
	struct paths *paths = calloc(1, sizeof(*paths));
	FILE *file;

	if (!paths)
		return -1;
	*state = paths;
	snprintf(paths->folder, sizeof(paths->folder), "/tmp/secure-path-XXXXXX");
	if (!mkdtemp(paths->folder))
		return -1;
	snprintf(paths->file, sizeof(paths->file), "%s/file", paths->folder);
	snprintf(paths->link, sizeof(paths->link), "%s/link", paths->folder);
	file = fopen(paths->file, "we");
	return file ? fclose(file) | symlink(paths->file, paths->link) : -1;
}

static int remove_paths(void **state)
{
	struct paths *paths = *state;

	unlink(paths->file);
	unlink(paths->link);
	rmdir(paths->folder);
	free(paths);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_paths, remove_paths)

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_modes),   TEST(test_folder),	       TEST(test_owner),
		TEST(test_missing), TEST(test_program_folder),
	};

	program = argc > 0 ? argv[0] : "";
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("secure-path", tests, NULL, NULL);
}
