/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel that does not answer: a FIFO without a reader stands in for it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
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
#include "src/gpupci/files/deadline.h"

struct files {
	char folder[64], file[96], fifo[96], nothing[96];
};

static void test_write(void **state)
{
	const struct files *files = *state;
	_cleanup_deadline_ struct deadline deadline = { .milliseconds = 10000 };
	_cleanup_free_ char *text = NULL;

	assert_int_equal(deadline_write(&deadline, files->file, "vfio-pci"), 0);
	assert_false(deadline.passed);
	assert_int_equal(deadline_read(&deadline, files->file, &text), 0);
	assert_string_equal(text, "vfio-pci");
}

static void test_read(void **state)
{
	const struct files *files = *state;
	_cleanup_deadline_ struct deadline deadline = { .milliseconds = 10000 };
	_cleanup_free_ char *text = NULL;

	assert_int_equal(deadline_write(&deadline, files->file, "(null)\nmore\n"), 0);
	assert_int_equal(deadline_read(&deadline, files->file, &text), 0);
	assert_string_equal(text, "(null)");
	assert_int_equal(truncate(files->file, 4096), 0);
	assert_int_equal(deadline_read(&deadline, files->file, &text), -EFBIG);
	assert_int_equal(truncate(files->file, 0), 0);
}

static void test_errors(void **state)
{
	const struct files *files = *state;
	_cleanup_deadline_ struct deadline deadline = { .milliseconds = 10000 };
	char *text = NULL;

	assert_int_equal(deadline_write(&deadline, files->nothing, "x"), -ENOENT);
	assert_int_equal(access(files->nothing, F_OK), -1);
	assert_int_equal(deadline_read(&deadline, files->nothing, &text), -ENOENT);
	assert_int_equal(deadline_read(&deadline, files->folder, &text), -EISDIR);
	assert_int_equal(deadline_write(&deadline, "/dev/full", "x"), -ENOSPC);
	assert_false(deadline.passed);
	assert_null(text);
}

static int64_t milliseconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void test_no_answer(void **state)
{
	const struct files *files = *state;
	_cleanup_deadline_ struct deadline deadline = { .milliseconds = 200 };
	int64_t begin = milliseconds();
	char *text = NULL;

	assert_int_equal(deadline_write(&deadline, files->fifo, "x"), -ETIMEDOUT);
	assert_true(deadline.passed);
	assert_int_equal(deadline.left, 0); /* this one could be ended */
	assert_int_equal(deadline_read(&deadline, files->fifo, &text), -ETIMEDOUT);
	assert_true(milliseconds() - begin >= 400);
	assert_true(milliseconds() - begin < 10000);
	/* The next call gets a new child. */
	deadline.milliseconds = 10000;
	assert_int_equal(deadline_write(&deadline, files->file, "y"), 0);
	assert_false(deadline.passed);
	deadline_release(&deadline);
	assert_int_equal(wait(NULL), -1);
	assert_int_equal(errno, ECHILD);
}

/* Returns the only child of a process, 0 if it has none. */
static pid_t only_child(pid_t parent)
{
	_cleanup_fclose_ FILE *file = NULL;
	char path[96];
	int child;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)parent,
		 (int)parent);
	file = fopen(path, "re");
	return file && fscanf(file, "%d", &child) == 1 ? child : 0;
}

/* Counts the descriptors of the process besides its socket; -1 if it has none. */
static int count_others(pid_t process)
{
	_cleanup_closedir_ DIR *folder = NULL;
	char path[64], target[256];
	struct dirent *entry;
	int sockets = 0, others = 0;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)process);
	folder = opendir(path);
	while (folder && (entry = readdir(folder))) {
		ssize_t length =
			readlinkat(dirfd(folder), entry->d_name, target, sizeof(target));

		/* valgrind keeps its own far up. */
		if (entry->d_name[0] == '.' || atoi(entry->d_name) >= 256)
			continue;
		if (length > 7 && strncmp(target, "socket:", 7) == 0 && !sockets)
			sockets++;
		else
			others++;
	}
	return sockets ? others : -1;
}

/*
 * What a child that waits for the kernel shares with us, seen from outside; NULL for
 * nothing.
 */
static const char *find_shared(pid_t child)
{
	char path[64], cwd[64] = "";

	if (!child)
		return "there is no child";
	snprintf(path, sizeof(path), "/proc/%d/cwd", (int)child);
	if (readlink(path, cwd, sizeof(cwd) - 1) != 1 || cwd[0] != '/')
		return "the folder";
	if (count_others(child) != 0)
		return "descriptors";
	return getsid(child) == child ? NULL : "the session";
}

static void test_nothing_of_ours(void **state)
{
	const struct files *files = *state;
	_cleanup_deadline_ struct deadline deadline = { .milliseconds = 60000 };
	const char *shared = "nothing is known yet";
	pid_t program;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	program = fork();
	assert_true(program >= 0);
	if (program == 0)
		_exit(deadline_write(&deadline, files->fifo, "x") == -ETIMEDOUT ? 0 : 1);
	close(ends[0]);
	close(ends[1]);
	for (int tries = 0; tries < 2000 && shared; tries++) {
		usleep(10000);
		shared = find_shared(only_child(program));
	}
	kill(program, SIGKILL);
	assert_int_equal(waitpid(program, NULL, 0), program);
	if (shared)
		fail_msg("shared: %s", shared);
}

/* Whether the process has ended, or does so soon. */
static bool ends(pid_t process)
{
	uint64_t started;

	for (int tries = 0; tries < 500; tries++) {
		if (process_started(process, &started) == -ESRCH)
			return true;
		usleep(10000);
	}
	return false;
}

/* A write that has not reached the kernel when we are killed does not reach it later. */
static void test_ends_with_us(void **state)
{
	const struct files *files = *state;
	_cleanup_deadline_ struct deadline deadline = { .milliseconds = 60000 };
	pid_t program, child = 0;

	program = fork();
	assert_true(program >= 0);
	if (program == 0)
		_exit(deadline_write(&deadline, files->fifo, "x") == -ETIMEDOUT ? 0 : 1);
	for (int tries = 0; tries < 500 && !child; tries++) {
		usleep(10000);
		child = only_child(program);
	}
	assert_true(child > 0);
	usleep(200000);
	kill(program, SIGKILL);
	assert_int_equal(waitpid(program, NULL, 0), program);
	if (ends(child))
		return;
	kill(child, SIGKILL);
	fail_msg("the child waits on");
}

static void test_program(void **state)
{
	const struct files *files = *state;
	const char *const good[] = { "/bin/sh", "-c", "exit 7", NULL };
	const char *const quiet[] = {
		"/bin/sh", "-c",
		"echo x; echo y >&2; read z; test \"$(env | wc -l)\" -le 4", NULL
	};
	const char *const killed[] = { "/bin/sh", "-c", "kill -9 $$", NULL };
	const char *const none[] = { files->nothing, NULL };
	_cleanup_deadline_ struct deadline deadline = { .milliseconds = 10000 };
	int result = -1;

	assert_int_equal(deadline_run(&deadline, good, &result), 0);
	assert_int_equal(result, 7);
	assert_int_equal(deadline_run(&deadline, quiet, &result), 0);
	assert_int_equal(result, 0);
	assert_int_equal(deadline_run(&deadline, killed, &result), 0);
	assert_int_equal(result, 128 + 9);
	assert_int_equal(deadline_run(&deadline, none, &result), -ENOENT);
}

/* A program that times out ends, and not only the child that waits for it. */
static void test_slow_program(void **state)
{
	const struct files *files = *state;
	_cleanup_deadline_ struct deadline deadline = { .milliseconds = 3000 };
	_cleanup_free_ char *text = NULL;
	char words[160];
	const char *const slow[] = { "/bin/sh", "-c", words, NULL };
	pid_t program;
	int result;

	snprintf(words, sizeof(words), "echo $$ > %s; exec sleep 60", files->file);
	assert_int_equal(deadline_run(&deadline, slow, &result), -ETIMEDOUT);
	assert_true(deadline.passed);
	assert_int_equal(deadline_read(&deadline, files->file, &text), 0);
	program = atoi(text);
	assert_true(program > 0);
	if (ends(program))
		return;
	kill(program, SIGKILL);
	fail_msg("the program runs on");
}

static void test_started(void **state)
{
	uint64_t mine, again, other;
	pid_t child;

	(void)state;
	assert_int_equal(process_started(getpid(), &mine), 0);
	assert_int_equal(process_started(getpid(), &again), 0);
	assert_true(mine == again && mine > 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(0);
	usleep(100000);
	assert_int_equal(process_started(child, &other), -ESRCH); /* a zombie */
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(process_started(child, &other), -ESRCH);
}

static int make_files(void **state)
{
	static struct files files;
	int fd;

	snprintf(files.folder, sizeof(files.folder), "/tmp/gpupci-deadline-XXXXXX");
	if (!mkdtemp(files.folder))
		return -1;
	snprintf(files.file, sizeof(files.file), "%s/file", files.folder);
	snprintf(files.fifo, sizeof(files.fifo), "%s/fifo", files.folder);
	snprintf(files.nothing, sizeof(files.nothing), "%s/nothing", files.folder);
	fd = open(files.file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || close(fd) < 0 || mkfifo(files.fifo, 0600) < 0)
		return -1;
	*state = &files;
	return 0;
}

static int remove_files(void **state)
{
	const struct files *files = *state;

	unlink(files->file);
	unlink(files->fifo);
	return rmdir(files->folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write),		cmocka_unit_test(test_read),
		cmocka_unit_test(test_errors),		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_nothing_of_ours), cmocka_unit_test(test_program),
		cmocka_unit_test(test_ends_with_us),	cmocka_unit_test(test_started),
		cmocka_unit_test(test_slow_program),
	};

	return cmocka_run_group_tests_name("gpupci deadline", tests, make_files,
					   remove_files);
}
