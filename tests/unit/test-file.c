/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files by descriptor: what is opened, how much is read, that all is written. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "lib/file.h"

static char folder[] = "/tmp/test-file-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink("file");
	unlink("link");
	unlink("fifo");
	return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static void regular_files_only(void **state)
{
	int file = open("file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)state;
	assert_true(file >= 0);
	close(file);
	assert_int_equal(symlink("file", "link"), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	for (int i = 0; i < 2; i++) {
		int fd = file_open_regular(AT_FDCWD, i ? "link" : "file", 0);

		assert_true(fd >= 0);
		assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
		close(fd);
	}
	assert_int_equal(file_open_regular(AT_FDCWD, "link", O_NOFOLLOW), -ELOOP);
	assert_int_equal(file_open_regular(AT_FDCWD, "fifo", 0), -EINVAL);
	assert_int_equal(file_open_regular(AT_FDCWD, "/dev/null", 0), -EINVAL);
	assert_int_equal(file_open_regular(AT_FDCWD, ".", 0), -EISDIR);
	assert_int_equal(file_open_regular(AT_FDCWD, "none", 0), -ENOENT);
}

#define LARGE 200000 /* bytes: more than a block, more than a pipe holds */

static void whole_files(void **state)
{
	_cleanup_close_ int fd =
		open("file", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	_cleanup_free_ char *bytes = malloc(LARGE);
	char part[4];

	(void)state;
	assert_non_null(bytes);
	for (int i = 0; i < LARGE; i++)
		bytes[i] = (char)(i % 251);
	assert_int_equal(file_read_all(fd, 0, &text), 0);
	assert_int_equal(text.length, 0);
	assert_int_equal(file_write_all(fd, bytes, LARGE), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(file_read_all(fd, LARGE, &text), 0);
	assert_int_equal(text.length, LARGE);
	assert_memory_equal(text.bytes, bytes, LARGE);
	strbuf_reset(&text);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(file_read_all(fd, LARGE - 1, &text), -EFBIG);
	assert_int_equal(file_read_at(fd, part, 4, 1000), 0);
	assert_memory_equal(part, bytes + 1000, 4);
	assert_int_equal(file_read_at(fd, part, 4, LARGE - 3), -EIO);
	assert_int_equal(file_read_at(-1, part, 4, 0), -EBADF);
	assert_int_equal(file_write_all(-1, "x", 1), -EBADF);
	assert_int_equal(file_write_all(-1, "", 0), 0);
	assert_int_equal(file_read_all(-1, 1, &text), -EBADF);
	assert_int_equal(file_sync_folder_of("file"), 0);
	assert_int_equal(file_sync_folder_of("none/file"), -ENOENT);
}

static void on_alarm(int signal)
{
	(void)signal;
}

/* A pipe that is full and signals that come: all of it arrives. */
static void interrupted(void **state)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	_cleanup_free_ char *bytes = calloc(1, LARGE);
	int ends[2], status;
	pid_t child;

	(void)state;
	assert_non_null(bytes);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[1]);
		for (int i = 0; i < 20; i++) {
			usleep(5000);
			kill(getppid(), SIGUSR1);
		}
		_exit(file_read_all(ends[0], LARGE, &text) == 0 && text.length == LARGE
			      ? 0
			      : 1);
	}
	close(ends[0]);
	assert_int_equal(file_write_all(ends[1], bytes, LARGE), 0);
	close(ends[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(regular_files_only),
		cmocka_unit_test(whole_files),
		cmocka_unit_test(interrupted),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
