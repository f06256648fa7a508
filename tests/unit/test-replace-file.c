/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that is replaced whole, or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "lib/file.h"
#include "lib/replace-file.h"

#define OTHER 65533 /* a user */

struct paths {
	char folder[64];
	char file[96];
};

static void assert_holds(const char *path, const char *expected)
{
	_cleanup_close_ int fd = file_open_regular(AT_FDCWD, path, 0);
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	assert_true(fd >= 0);
	assert_int_equal(file_read_all(fd, 1 << 20, &text), 0);
	assert_string_equal(strbuf_text(&text), expected);
}

/* How many files the folder has: of those that were given up there are none. */
static void assert_files(const struct paths *paths, size_t expected)
{
	char pattern[96];
	glob_t found = { 0 };
	int r;

	snprintf(pattern, sizeof(pattern), "%s/*", paths->folder);
	r = glob(pattern, 0, NULL, &found);
	assert_true(r == 0 || r == GLOB_NOMATCH);
	assert_int_equal(found.gl_pathc, expected);
	globfree(&found);
}

static int replace(const char *path, const char *text, struct strbuf *reason)
{
	_cleanup_replace_file_ struct replace_file file = REPLACE_FILE_NONE;
	int r = replace_file_open(&file, path, reason);

	if (r == 0)
		r = replace_file_write(&file, text, strlen(text));
	return r < 0 ? r : replace_file_keep(&file);
}

static void assert_fails(const char *path, int error, const char *expected)
{
	_cleanup_strbuf_ struct strbuf reason = STRBUF_EMPTY;

	assert_int_equal(replace(path, "new", &reason), error);
	assert_string_equal(strbuf_text(&reason), expected);
}

static void assert_replaced(const char *path, const char *text)
{
	_cleanup_strbuf_ struct strbuf reason = STRBUF_EMPTY;

	assert_int_equal(replace(path, text, &reason), 0);
	assert_string_equal(strbuf_text(&reason), "");
	assert_holds(path, text);
}

static void test_replaced(void **state)
{
	const struct paths *paths = *state;
	struct stat status;
	mode_t mask = umask(077);

	assert_replaced(paths->file, "one");
	assert_int_equal(stat(paths->file, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0644);
	assert_replaced(paths->file, "two, longer");
	assert_replaced(paths->file, "");
	assert_files(paths, 1);
	umask(mask);
}

/* Whoever has the old file open reads it to its end. */
static void test_readers(void **state)
{
	const struct paths *paths = *state;
	_cleanup_close_ int fd = -1;
	char text[8] = "";

	assert_replaced(paths->file, "one");
	fd = open(paths->file, O_RDONLY | O_CLOEXEC);
	assert_replaced(paths->file, "two");
	assert_int_equal(read(fd, text, sizeof(text)), 3);
	assert_string_equal(text, "one");
}

static void test_given_up(void **state)
{
	const struct paths *paths = *state;
	_cleanup_strbuf_ struct strbuf reason = STRBUF_EMPTY;
	struct replace_file file = REPLACE_FILE_NONE;

	assert_replaced(paths->file, "one");
	assert_int_equal(replace_file_open(&file, paths->file, &reason), 0);
	assert_int_equal(replace_file_write(&file, "half", 4), 0);
	assert_holds(paths->file, "one");
	replace_file_release(&file);
	assert_holds(paths->file, "one");
	assert_files(paths, 1);
	replace_file_release(&file);
}

static void test_no_room(void **state)
{
	const struct paths *paths = *state;
	struct rlimit before, small;
	char text[4096];

	assert_replaced(paths->file, "one");
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){ 1000, before.rlim_max };
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	{
		_cleanup_strbuf_ struct strbuf reason = STRBUF_EMPTY;
		int r = replace(paths->file, text, &reason);

		assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
		assert_int_equal(r, -EFBIG);
	}
	assert_holds(paths->file, "one");
	assert_files(paths, 1);
}

/* Only a regular file is replaced: not a device, not what a link leads to. */
static void test_other_kinds(void **state)
{
	const struct paths *paths = *state;
	char link[96], fifo[96], below[128];

	assert_replaced(paths->file, "one");
	snprintf(link, sizeof(link), "%s/link", paths->folder);
	snprintf(fifo, sizeof(fifo), "%s/fifo", paths->folder);
	snprintf(below, sizeof(below), "%s/none/file", paths->folder);
	assert_int_equal(symlink("file", link), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_fails(link, -EINVAL, "");
	assert_fails(fifo, -EINVAL, "");
	assert_fails(paths->folder, -EISDIR, "");
	assert_fails(below, -ENOENT, "");
	assert_fails("", -ENOENT, "");
	assert_fails("/dev/null", -EINVAL, "");
	assert_holds(paths->file, "one");
	assert_files(paths, 3);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(unlink(fifo), 0);
}

/* Root does not write where somebody else could put a link in the way. */
static void test_folders_of_others(void **state)
{
	const struct paths *paths = *state;
	char sentence[160];

	if (geteuid() != 0)
		return;
	assert_replaced(paths->file, "one");
	snprintf(sentence, sizeof(sentence), "%s can be written to by everybody",
		 paths->folder);
	assert_int_equal(chmod(paths->folder, 0777), 0);
	assert_fails(paths->file, -EPERM, sentence);
	assert_int_equal(chmod(paths->folder, 0755), 0);
	assert_int_equal(chown(paths->folder, OTHER, 0), 0);
	snprintf(sentence, sizeof(sentence), "%s belongs to user %d", paths->folder,
		 OTHER);
	assert_fails(paths->file, -EPERM, sentence);
	assert_holds(paths->file, "one");
	assert_files(paths, 1);
	assert_int_equal(unlink(paths->file), 0);
	/* The user's own folder is fine for the user. */
	assert_int_equal(seteuid(OTHER), 0);
	assert_replaced(paths->file, "two");
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(chown(paths->folder, 0, 0), 0);
}

static int make_folder(void **state)
{
	static struct paths paths;
	const char *above = getenv("TMPDIR");

	snprintf(paths.folder, sizeof(paths.folder), "%s/replace-XXXXXX",
		 above && strlen(above) < 40 ? above : "/tmp");
	if (!mkdtemp(paths.folder))
		return -1;
	snprintf(paths.file, sizeof(paths.file), "%s/file", paths.folder);
	*state = &paths;
	return 0;
}

static int remove_folder(void **state)
{
	const struct paths *paths = *state;

	unlink(paths->file);
	return rmdir(paths->folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_replaced, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(test_readers, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_given_up, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(test_no_room, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_other_kinds, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(test_folders_of_others, make_folder,
						remove_folder),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
