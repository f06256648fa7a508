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

/* 0 if the path is fine, else -errno; reason gets what is said, or stays empty. */
static int judge(const char *path, enum secure_kind kind, struct strbuf *reason)
{
	int fd;

	strbuf_reset(reason);
	fd = secure_path_open(path, kind, reason);
	if (fd < 0)
		return fd;
	assert_int_equal(close(fd), 0);
	return 0;
}

static void assert_fine(const char *path, enum secure_kind kind)
{
	_cleanup_strbuf_ struct strbuf reason = STRBUF_EMPTY;

	assert_int_equal(judge(path, kind, &reason), 0);
	assert_string_equal(strbuf_text(&reason), "");
}

static void assert_refused(const char *path, enum secure_kind kind, const char *expected)
{
	_cleanup_strbuf_ struct strbuf reason = STRBUF_EMPTY;

	assert_int_equal(judge(path, kind, &reason), -EPERM);
	assert_string_equal(strbuf_text(&reason), expected);
}

static void assert_fails(const char *path, int error)
{
	_cleanup_strbuf_ struct strbuf reason = STRBUF_EMPTY;

	assert_int_equal(judge(path, SECURE_DATA, &reason), error);
	assert_string_equal(strbuf_text(&reason), "");
}

static void test_modes(void **state)
{
	static const struct {
		mode_t mode;
		bool code, data;
	} cases[] = {
		{ 0644, true, true },	{ 0755, true, true },  { 0700, true, true },
		{ 0400, true, true },	{ 0664, false, true }, { 0646, false, false },
		{ 0622, false, false }, { 0020, false, true }, { 0002, false, false },
		{ 0777, false, false },
	};
	const struct paths *paths = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *const names[] = { paths->file, paths->link };

		assert_int_equal(chmod(paths->file, cases[i].mode), 0);
		for (size_t j = 0; j < ARRAY_SIZE(names); j++) {
			_cleanup_strbuf_ struct strbuf reason = STRBUF_EMPTY;

			assert_int_equal(judge(names[j], SECURE_CODE, &reason),
					 cases[i].code ? 0 : -EPERM);
			assert_int_equal(judge(names[j], SECURE_DATA, &reason),
					 cases[i].data ? 0 : -EPERM);
		}
	}
}

/* A sticky folder may be on the way, but code is not taken out of it. */
static void test_folder(void **state)
{
	const struct paths *paths = *state;
	char sentence[160];

	assert_fine(paths->folder, SECURE_CODE);
	assert_int_equal(chmod(paths->folder, 01777), 0);
	snprintf(sentence, sizeof(sentence), "%s can be written to by everybody",
		 paths->folder);
	assert_refused(paths->folder, SECURE_CODE, sentence);
	assert_fine(paths->file, SECURE_CODE);
	assert_int_equal(chmod(paths->folder, 0777), 0);
	assert_refused(paths->file, SECURE_CODE, sentence);
	assert_refused(paths->link, SECURE_DATA, sentence);
	/* A file that is missing is no better off there. */
	assert_int_equal(unlink(paths->file), 0);
	assert_refused(paths->file, SECURE_DATA, sentence);
	assert_int_equal(chmod(paths->folder, 0700), 0);
	assert_fails(paths->file, -ENOENT);
}

/* Root's own files are everybody's to use; only root can make one that is another's. */
static void test_owner(void **state)
{
	const struct paths *paths = *state;
	char sentence[160];

	assert_fine("/proc/version", SECURE_CODE);
	if (geteuid() != 0)
		return;
	assert_int_equal(chmod(paths->folder, 0711), 0);
	assert_int_equal(chmod(paths->file, 0644), 0);
	assert_int_equal(chown(paths->file, 65533, 0), 0);
	snprintf(sentence, sizeof(sentence), "%s belongs to user 65533", paths->file);
	assert_refused(paths->file, SECURE_DATA, sentence);
	assert_refused(paths->link, SECURE_CODE, sentence);
	assert_int_equal(seteuid(65533), 0);
	assert_fine(paths->file, SECURE_CODE);
	assert_fine("/proc/version", SECURE_CODE);
	assert_int_equal(seteuid(0), 0);
	/* The folder of somebody else, with a file of root's in it. */
	assert_int_equal(chown(paths->file, 0, 0), 0);
	assert_int_equal(chown(paths->folder, 65533, 0), 0);
	snprintf(sentence, sizeof(sentence), "%s belongs to user 65533", paths->folder);
	assert_refused(paths->file, SECURE_DATA, sentence);
}

/* A link is judged itself, and by all that it leads through. */
static void test_links(void **state)
{
	const struct paths *paths = *state;
	char way[128], through[192], sentence[240];

	snprintf(way, sizeof(way), "%s/way", paths->folder);
	snprintf(through, sizeof(through), "%s/../file", way);
	assert_int_equal(mkdir(way, 0700), 0);
	assert_int_equal(unlink(paths->link), 0);
	assert_int_equal(symlink("way/..//./file", paths->link), 0);
	assert_fine(paths->link, SECURE_CODE);
	assert_fine(through, SECURE_CODE);
	assert_int_equal(chmod(way, 0777), 0);
	snprintf(sentence, sizeof(sentence), "%s can be written to by everybody", way);
	assert_refused(paths->link, SECURE_CODE, sentence);
	assert_refused(through, SECURE_CODE, sentence);
	assert_int_equal(chmod(way, 0700), 0);
	if (geteuid() == 0) {
		assert_int_equal(lchown(paths->link, 65533, 0), 0);
		snprintf(sentence, sizeof(sentence), "%s belongs to user 65533",
			 paths->link);
		assert_refused(paths->link, SECURE_CODE, sentence);
	}
	assert_int_equal(rmdir(way), 0);
	assert_int_equal(unlink(paths->link), 0);
	assert_int_equal(symlink("link", paths->link), 0);
	assert_fails(paths->link, -ELOOP);
}

/* From the working folder; and control characters stay off the terminal. */
static void test_relative(void **state)
{
	const struct paths *paths = *state;
	_cleanup_free_ char *before = getcwd(NULL, 0);
	char sentence[160];

	assert_non_null(before);
	assert_int_equal(chdir(paths->folder), 0);
	assert_fine("file", SECURE_CODE);
	assert_fine("./link", SECURE_CODE);
	assert_fails("none", -ENOENT);
	assert_fails("", -ENOENT);
	assert_int_equal(rename("file", "\033[1m"), 0);
	assert_int_equal(chmod("\033[1m", 0666), 0);
	snprintf(sentence, sizeof(sentence), "%s/\\x1b[1m can be written to by everybody",
		 paths->folder);
	assert_refused("\033[1m", SECURE_DATA, sentence);
	assert_int_equal(rename("\033[1m", "file"), 0);
	assert_int_equal(chdir(before), 0);
}

/* ROCKS_TRUST names the file, or a folder above it, and nothing else is trusted. */
static void test_trust(void **state)
{
	const struct paths *paths = *state;
	char list[256], sentence[160];

	assert_int_equal(chmod(paths->file, 0666), 0);
	assert_int_equal(chmod(paths->folder, 0777), 0);
	snprintf(sentence, sizeof(sentence), "%s can be written to by everybody",
		 paths->folder);
	assert_refused(paths->file, SECURE_CODE, sentence);
	for (size_t i = 0; i < 3; i++) {
		const char *const trusted[] = { paths->file, paths->link, paths->folder };

		snprintf(list, sizeof(list), "/nowhere::%s", trusted[i]);
		setenv("ROCKS_TRUST", list, 1);
		assert_fine(paths->file, SECURE_CODE);
		assert_fine(paths->link, SECURE_DATA);
	}
	for (size_t i = 0; i < 4; i++) {
		const char *const trusted[] = { "", "file", "/proc", "/nowhere:" };

		setenv("ROCKS_TRUST", trusted[i], 1);
		assert_refused(paths->file, SECURE_CODE, sentence);
	}
	unsetenv("ROCKS_TRUST");
}

static void test_missing(void **state)
{
	const struct paths *paths = *state;

	assert_int_equal(unlink(paths->file), 0);
	assert_fails(paths->file, -ENOENT);
	assert_fails(paths->link, -ENOENT);
	assert_fails("/proc/version/x", -ENOTDIR);
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
		TEST(test_links),   TEST(test_relative),       TEST(test_trust),
		TEST(test_missing), TEST(test_program_folder),
	};

	unsetenv("ROCKS_TRUST");
	program = argc > 0 ? argv[0] : "";
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("secure-path", tests, NULL, NULL);
}
