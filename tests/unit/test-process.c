/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lib/process: argument vectors, what programs read, print and exit with, and deadlines. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "lib/process.h"
#include "lib/strbuf.h"

static void start(const char *script, int input, struct process *process)
{
	_cleanup_call_ struct call call = { 0 };

	call_add(&call, "sh");
	call_add(&call, "-c");
	call_add(&call, script);
	assert_int_equal(process_start(&call, input, process), 0);
}

/* All that comes until the program closes it. */
static void read_all(int fd, struct strbuf *text)
{
	char block[4096];
	struct pollfd file = { fd, POLLIN, 0 };

	for (;;) {
		ssize_t length = read(fd, block, sizeof(block));

		if (length == 0)
			return;
		if (length > 0)
			strbuf_add(text, block, (size_t)length);
		else if (errno == EAGAIN)
			poll(&file, 1, -1);
		else
			fail_msg("read: %s", strerror(errno));
	}
}

static int status_of(const char *script)
{
	struct process process;
	int status = -1;

	start(script, -1, &process);
	assert_int_equal(process_wait(&process, -1, &status), 0);
	assert_int_equal(process.pid, 0);
	process_release(&process);
	return status;
}

/* Open files of this program. */
static int count_files(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void test_words(void **state)
{
	_cleanup_call_ struct call call = { 0 };

	(void)state;
	call_add(&call, "a b;$(c)\n'");
	call_add_words(&call, " ssh\t-F  /etc/x\n");
	call_add_words(&call, "");
	call_add_format(&call, "-o%s=%d", "Port", 22);
	assert_int_equal(call.error, 0);
	assert_int_equal(call.count, 5);
	assert_string_equal(call.words[0], "a b;$(c)\n'");
	assert_string_equal(call.words[1], "ssh");
	assert_string_equal(call.words[2], "-F");
	assert_string_equal(call.words[3], "/etc/x");
	assert_string_equal(call.words[4], "-oPort=22");
	assert_null(call.words[5]);
	for (int i = 0; i < 1000; i++)
		call_add_format(&call, "%d", i);
	assert_int_equal(call.count, 1005);
	assert_string_equal(call.words[1004], "999");
	assert_null(call.words[1005]);
}

static void test_word_is_one_argument(void **state)
{
	_cleanup_call_ struct call call = { 0 };
	_cleanup_process_ struct process process = PROCESS_NONE;
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	(void)state;
	call_add_words(&call, "printf [%s]");
	call_add(&call, "a b; $(id)\n'\"\\");
	assert_int_equal(process_start(&call, -1, &process), 0);
	read_all(process.out, &text);
	assert_string_equal(strbuf_text(&text), "[a b; $(id)\n'\"\\]");
}

/* There a spawn is an ordinary fork, which cannot report a missing program. */
static bool runs_under_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload && strstr(preload, "vgpreload");
}

static void test_no_such_program(void **state)
{
	_cleanup_call_ struct call call = { 0 };
	struct process process = PROCESS_NONE;
	int before = count_files();

	(void)state;
	call_add(&call, "no-such-program-anywhere");
	if (runs_under_valgrind()) {
		assert_int_equal(process_start(&call, -1, &process), 0);
		process_release(&process);
	} else {
		assert_int_equal(process_start(&call, -1, &process), -ENOENT);
	}
	assert_int_equal(process.pid, 0);
	call.error = -ENOMEM;
	assert_int_equal(process_start(&call, -1, &process), -ENOMEM);
	assert_int_equal(count_files(), before);
}

static void test_statuses(void **state)
{
	int before = count_files();

	(void)state;
	assert_int_equal(status_of("exit 0"), 0);
	assert_int_equal(status_of("exit 7"), 7);
	assert_int_equal(status_of("exit 255"), 255);
	assert_int_equal(status_of("kill -KILL $$"), 128 + SIGKILL);
	assert_int_equal(status_of("kill -TERM $$"), 128 + SIGTERM);
	assert_int_equal(count_files(), before);
}

/* What we ignore or hold back is not what a program starts with. */
static void test_signals_are_default(void **state)
{
	sigset_t held, old;
	void (*was)(int) = signal(SIGPIPE, SIG_IGN);

	(void)state;
	sigemptyset(&held);
	sigaddset(&held, SIGTERM);
	sigprocmask(SIG_BLOCK, &held, &old);
	assert_int_equal(status_of("kill -PIPE $$; exit 3"), 128 + SIGPIPE);
	assert_int_equal(status_of("kill -TERM $$; exit 3"), 128 + SIGTERM);
	sigprocmask(SIG_SETMASK, &old, NULL);
	signal(SIGPIPE, was);
}

static void test_output(void **state)
{
	_cleanup_process_ struct process process = PROCESS_NONE;
	_cleanup_strbuf_ struct strbuf out = STRBUF_EMPTY, err = STRBUF_EMPTY;
	char byte;
	int status;

	(void)state;
	start("sleep 0.2; printf 'out\\n'; printf 'err' >&2; exit 1", -1, &process);
	/* Nothing is there yet, and nobody waits for it. */
	assert_int_equal(read(process.out, &byte, 1), -1);
	assert_int_equal(errno, EAGAIN);
	read_all(process.out, &out);
	read_all(process.err, &err);
	assert_string_equal(strbuf_text(&out), "out\n");
	assert_string_equal(strbuf_text(&err), "err");
	assert_int_equal(process_wait(&process, -1, &status), 0);
	assert_int_equal(status, 1);
}

/* More than a pipe holds, on both streams. */
static void test_much_output(void **state)
{
	_cleanup_process_ struct process process = PROCESS_NONE;
	_cleanup_strbuf_ struct strbuf out = STRBUF_EMPTY, err = STRBUF_EMPTY;

	(void)state;
	start("head -c 3000000 /dev/zero; head -c 60000 /dev/zero >&2", -1, &process);
	read_all(process.out, &out);
	read_all(process.err, &err);
	assert_int_equal(out.length, 3000000);
	assert_int_equal(err.length, 60000);
}

static void test_input(void **state)
{
	static const char bytes[] = "a\0b\n\377";
	_cleanup_process_ struct process none = PROCESS_NONE, some = PROCESS_NONE;
	_cleanup_strbuf_ struct strbuf out = STRBUF_EMPTY;
	int status, input;

	(void)state;
	/* Without one there is nothing to read: it does not wait for a terminal. */
	start("cat", -1, &none);
	read_all(none.out, &out);
	assert_int_equal(out.length, 0);
	assert_int_equal(process_wait(&none, -1, &status), 0);
	input = process_input(bytes, sizeof(bytes));
	assert_true(input >= 0);
	start("cat", input, &some);
	close(input);
	read_all(some.out, &out);
	assert_int_equal(out.length, sizeof(bytes));
	assert_memory_equal(out.bytes, bytes, sizeof(bytes));
	input = process_input("", 0);
	assert_true(input >= 0);
	close(input);
}

static void test_deadline(void **state)
{
	_cleanup_process_ struct process process = PROCESS_NONE;
	int64_t begun = clock_milliseconds();
	int status = -1;

	(void)state;
	start("exec sleep 100", -1, &process);
	assert_int_equal(process_wait(&process, 0, &status), -ETIMEDOUT);
	assert_int_equal(process_wait(&process, 100, &status), -ETIMEDOUT);
	assert_in_range(clock_milliseconds() - begun, 100, 5000);
	assert_int_equal(status, -1);
	assert_int_not_equal(process.pid, 0);
	process_signal(&process, SIGTERM);
	assert_int_equal(process_wait(&process, 5000, &status), 0);
	assert_int_equal(status, 128 + SIGTERM);
	/* None runs: not an error. */
	process_signal(&process, SIGTERM);
}

/* Takes until the program has closed its output, or something is wrong. */
static int take_all(const char *script, size_t most, struct strbuf *text)
{
	_cleanup_process_ struct process process = PROCESS_NONE;
	int r = 0;

	start(script, -1, &process);
	while (r == 0 && process.out >= 0) {
		struct pollfd file = { process.out, POLLIN, 0 };

		assert_int_equal(poll(&file, 1, 10000), 1);
		r = process_take(&process.out, most, text);
	}
	return r;
}

static void test_take(void **state)
{
	_cleanup_process_ struct process process = PROCESS_NONE;
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	struct pollfd file;

	(void)state;
	assert_int_equal(take_all("echo one; sleep 0.1; echo two", 8, &text), 0);
	assert_string_equal(strbuf_text(&text), "one\ntwo\n");
	strbuf_reset(&text);
	assert_int_equal(take_all("echo one; echo two", 7, &text), -EFBIG);
	assert_int_equal(take_all("echo one", 0, NULL), 0);
	/* One that never stops comes back. */
	start("exec yes", -1, &process);
	file = (struct pollfd){ process.out, POLLIN, 0 };
	assert_int_equal(poll(&file, 1, 10000), 1);
	assert_int_equal(process_take(&process.out, 0, NULL), 0);
	assert_true(process.out >= 0);
	/* Nothing there now: not an error. */
	process_signal(&process, SIGSTOP);
	for (int i = 0; i < 100 && poll(&file, 1, 0) > 0; i++)
		assert_int_equal(process_take(&process.out, 0, NULL), 0);
	assert_int_equal(process_take(&process.out, 0, NULL), 0);
	assert_true(process.out >= 0);
}

/* Whether a process is there and is not just waited for. */
static bool runs(pid_t pid)
{
	char path[64], line[512] = "";
	const char *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	end = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
	fclose(file);
	return end && end[2] != 'Z' && end[2] != 'X';
}

/* What a program started ends with it, and a terminal's ^C reaches neither. */
static void test_group(void **state)
{
	struct process process;
	struct pollfd file;
	char line[32] = "";
	pid_t child, group;

	(void)state;
	start("sleep 100 & echo $!; wait", -1, &process);
	file = (struct pollfd){ process.out, POLLIN, 0 };
	assert_int_equal(poll(&file, 1, 10000), 1);
	assert_true(read(process.out, line, sizeof(line) - 1) > 0);
	child = (pid_t)strtol(line, NULL, 10);
	group = process.pid;
	assert_int_equal(getpgid(process.pid), process.pid);
	assert_int_equal(getpgid(child), process.pid);
	assert_int_not_equal(getpgrp(), process.pid);
	assert_true(runs(child));
	process_release(&process);
	assert_int_equal(process.pid, 0);
	assert_int_equal(process.out, -1);
	assert_int_equal(process.err, -1);
	for (int i = 0; i < 100 && runs(child); i++)
		poll(NULL, 0, 20);
	assert_false(runs(child));
	assert_false(runs(group));
	/* Again is nothing. */
	process_release(&process);
}

/* As one in state D: it left the group that is killed, and goes on. */
static void test_release_of_who_does_not_end(void **state)
{
	static const char script[] =
		"exec perl -e '$| = 1; setpgrp(0, getpgrp(getppid())) or die; "
		"print \"ready\\n\"; sleep 20'";
	struct process process;
	struct pollfd file;
	int64_t begun;
	pid_t pid;

	(void)state;
	start(script, -1, &process);
	pid = process.pid;
	file = (struct pollfd){ process.out, POLLIN, 0 };
	assert_int_equal(poll(&file, 1, 10000), 1);
	assert_int_equal(file.revents & POLLIN, POLLIN);
	begun = clock_milliseconds();
	process_release(&process);
	assert_in_range(clock_milliseconds() - begun, 900, 10000);
	assert_int_equal(process.pid, 0);
	assert_int_equal(process.out, -1);
	assert_true(runs(pid));
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* A program of a process that is killed: its parent is then this one. */
static void test_parent_killed(void **state)
{
	struct process process;
	struct pollfd file;
	pid_t parent, program;
	int ends[2], status;

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(pipe(ends), 0);
	parent = fork();
	if (parent == 0) {
		start("exec sleep 1000", -1, &process);
		_exit(write(ends[1], &process.pid, sizeof(process.pid)) > 0 && pause());
	}
	assert_int_equal(read(ends[0], &program, sizeof(program)), sizeof(program));
	kill(parent, SIGKILL);
	assert_int_equal(waitpid(parent, &status, 0), parent);
	file = (struct pollfd){ (int)syscall(SYS_pidfd_open, program, 0), POLLIN, 0 };
	assert_true(file.fd >= 0);
	assert_int_equal(poll(&file, 1, 10000), 1);
	assert_int_equal(waitpid(program, &status, 0), program);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	close(file.fd);
	close(ends[0]);
	close(ends[1]);
}

/* One whose parent has ended before it could ask for that. */
static void test_parent_gone(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) {
		process_end_with(getppid() + 1);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 128 + SIGKILL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_word_is_one_argument),
		cmocka_unit_test(test_no_such_program),
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_signals_are_default),
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_much_output),
		cmocka_unit_test(test_input),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_release_of_who_does_not_end),
		cmocka_unit_test(test_parent_killed),
		cmocka_unit_test(test_parent_gone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
