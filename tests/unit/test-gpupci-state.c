/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/gpupci/files/state: files that are whole or missing, and the only lock. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "src/gpupci/files/state.h"

#define FILE_PATH STATE_FOLDER "/cards"

static char folder[64];
static const struct root root = { .folder = folder };

static int make_root(void **data)
{
	(void)data;
	strcpy(folder, "/tmp/gpupci-state-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static const char *below(const char *path)
{
	static char text[256];

	snprintf(text, sizeof(text), "%s%s", folder, path);
	return text;
}

static int remove_root(void **data)
{
	static const char *const files[] = {
		FILE_PATH,
		FILE_PATH ".broken-1",
		FILE_PATH ".broken-2",
		STATE_FOLDER "/.cards.new",
		STATE_LOCK,
		"/elsewhere",
	};
	static const char *const folders[] = { "/run/gpupci", "/run", STATE_FOLDER,
					       "/var/lib",    "/var", "" };

	(void)data;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		unlink(below(files[i]));
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (rmdir(below(folders[i])) < 0 && errno != ENOENT)
			return -1;
	return 0;
}

static void assert_content(const char *expected)
{
	_cleanup_free_ char *bytes = NULL;
	size_t length = 0;

	assert_int_equal(state_read(&root, FILE_PATH, &bytes, &length), 0);
	assert_int_equal(length, strlen(expected));
	assert_string_equal(bytes, expected);
}

static void put(const char *content)
{
	assert_int_equal(state_write(&root, FILE_PATH, 0644, content, strlen(content)),
			 0);
}

static void writes_and_reads(void **data)
{
	char *bytes = NULL;
	size_t length;
	struct stat status;

	(void)data;
	assert_int_equal(state_read(&root, FILE_PATH, &bytes, &length), -ENOENT);
	put("one\n");
	assert_content("one\n");
	put("");
	assert_content("");
	umask(077);
	put("three\n");
	umask(022);
	assert_int_equal(stat(below(FILE_PATH), &status), 0);
	assert_int_equal(status.st_mode & 0777, 0644);
	assert_int_equal(access(below(STATE_FOLDER "/.cards.new"), F_OK), -1);
	assert_int_equal(state_remove(&root, FILE_PATH), 0);
	assert_int_equal(state_read(&root, FILE_PATH, &bytes, &length), -ENOENT);
	assert_int_equal(state_remove(&root, FILE_PATH), 0);
}

static void leftover_is_replaced(void **data)
{
	FILE *file;

	(void)data;
	put("old");
	file = fopen(below(STATE_FOLDER "/.cards.new"), "w");
	assert_non_null(file);
	fputs("half", file);
	fclose(file);
	assert_content("old");
	put("new");
	assert_content("new");
}

static void links_are_not_followed(void **data)
{
	char *bytes = NULL;
	size_t length;
	FILE *file;

	(void)data;
	put("old");
	file = fopen(below("/elsewhere"), "w");
	assert_non_null(file);
	fputs("theirs", file);
	fclose(file);
	assert_int_equal(unlink(below(FILE_PATH)), 0);
	assert_int_equal(symlink("/elsewhere", below(FILE_PATH)), 0);
	assert_int_equal(state_read(&root, FILE_PATH, &bytes, &length), -ELOOP);
	put("ours");
	assert_content("ours");
	file = fopen(below("/elsewhere"), "r");
	assert_non_null(file);
	assert_int_equal(fgetc(file), 't');
	fclose(file);
}

static void folder_that_is_a_link(void **data)
{
	char *bytes = NULL;
	size_t length;

	(void)data;
	assert_int_equal(mkdir(below("/var"), 0755), 0);
	assert_int_equal(mkdir(below("/var/lib"), 0755), 0);
	assert_int_equal(symlink("/tmp", below(STATE_FOLDER)), 0);
	assert_int_equal(state_read(&root, FILE_PATH, &bytes, &length), -ENOTDIR);
	assert_int_equal(state_write(&root, FILE_PATH, 0644, "x", 1), -ENOTDIR);
	assert_int_equal(unlink(below(STATE_FOLDER)), 0);
}

static void no_file_at_all(void **data)
{
	char *bytes = NULL;
	size_t length;

	(void)data;
	put("x");
	assert_int_equal(unlink(below(FILE_PATH)), 0);
	assert_int_equal(mkfifo(below(FILE_PATH), 0600), 0);
	assert_int_equal(state_read(&root, FILE_PATH, &bytes, &length), -EINVAL);
}

static void too_large(void **data)
{
	char *bytes = NULL;
	size_t length;

	(void)data;
	put("x");
	assert_int_equal(truncate(below(FILE_PATH), STATE_MOST_BYTES + 1), 0);
	assert_int_equal(state_read(&root, FILE_PATH, &bytes, &length), -EFBIG);
	assert_int_equal(truncate(below(FILE_PATH), STATE_MOST_BYTES), 0);
	assert_int_equal(state_read(&root, FILE_PATH, &bytes, &length), 0);
	assert_int_equal(length, STATE_MOST_BYTES);
	free(bytes);
}

static void sets_aside(void **data)
{
	char *aside = NULL;

	(void)data;
	put("first");
	assert_int_equal(state_set_aside(&root, FILE_PATH, &aside), 0);
	assert_string_equal(aside, below(FILE_PATH ".broken-1"));
	free(aside);
	put("second");
	assert_int_equal(state_set_aside(&root, FILE_PATH, &aside), 0);
	assert_string_equal(aside, below(FILE_PATH ".broken-2"));
	free(aside);
	assert_int_equal(state_set_aside(&root, FILE_PATH, &aside), -ENOENT);
}

/*
 * Returns what another process gets that requests the lock: -error, and whether it names
 * us.
 */
static int lock_elsewhere(unsigned int seconds, pid_t holder)
{
	int status, lock;
	pid_t child = fork(), named = -1;

	assert_true(child >= 0);
	if (!child) {
		int error = state_lock(&root, seconds, &lock, &named);

		_exit(error < 0 && named != holder ? 255 : -error);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void lock_is_one(void **data)
{
	struct timespec before, after;
	pid_t holder;
	int lock = -1;

	(void)data;
	assert_int_equal(state_lock(&root, 0, &lock, &holder), 0);
	assert_int_equal(lock_elsewhere(0, getpid()), EWOULDBLOCK);
	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_int_equal(lock_elsewhere(1, getpid()), EWOULDBLOCK);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true(after.tv_sec - before.tv_sec >= 1);
	state_unlock(lock);
	assert_int_equal(lock_elsewhere(0, getpid()), 0);
}

/* An abandoned child that hangs in the kernel must not keep the lock. */
static void lock_is_not_inherited(void **data)
{
	int ends[2], lock = -1;
	pid_t child, holder;
	char byte;

	(void)data;
	assert_int_equal(state_lock(&root, 0, &lock, &holder), 0);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		close(ends[1]);
		_exit(read(ends[0], &byte, 1) < 0);
	}
	state_unlock(lock);
	assert_int_equal(lock_elsewhere(0, child), 0);
	close(ends[1]);
	close(ends[0]);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

int main(void)
{
#define A_TEST(name) cmocka_unit_test_setup_teardown(name, make_root, remove_root)
	const struct CMUnitTest tests[] = {
		A_TEST(writes_and_reads),
		A_TEST(leftover_is_replaced),
		A_TEST(links_are_not_followed),
		A_TEST(folder_that_is_a_link),
		A_TEST(no_file_at_all),
		A_TEST(too_large),
		A_TEST(sets_aside),
		A_TEST(lock_is_one),
		A_TEST(lock_is_not_inherited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
