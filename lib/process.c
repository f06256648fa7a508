/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other programs: their argument vectors, starting and ending them. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "lib/clock.h"
#include "lib/file.h"
#include "lib/process.h"

/* How long to wait for a killed program before giving up. */
#define GRACE_MILLISECONDS 1000

/* Nanoseconds between two checks of a program: a killed one is gone at once. */
#define SHORTEST_PAUSE 50000
#define LONGEST_PAUSE 5000000

#define BLOCKS_AT_ONCE 16

/* Takes ownership of the word. */
static void add(struct call *call, char *word)
{
	if (word && call->count + 2 > call->size) {
		size_t size = call->size ? 2 * call->size : 16;
		char **words = reallocarray(call->words, size, sizeof(*words));

		if (!words) {
			free(word);
			word = NULL;
		} else {
			call->words = words;
			call->size = size;
		}
	}
	if (!word) {
		call->error = -ENOMEM;
		return;
	}
	call->words[call->count++] = word;
	call->words[call->count] = NULL;
}

void call_add(struct call *call, const char *word)
{
	add(call, strdup(word));
}

void call_add_format(struct call *call, const char *format, ...)
{
	va_list list;
	char *word;

	va_start(list, format);
	if (vasprintf(&word, format, list) < 0)
		word = NULL;
	va_end(list);
	add(call, word);
}

void call_add_words(struct call *call, const char *text)
{
	while (*(text += strspn(text, " \t\n"))) {
		size_t length = strcspn(text, " \t\n");

		add(call, strndup(text, length));
		text += length;
	}
}

void call_release(struct call *call)
{
	for (size_t i = 0; i < call->count; i++)
		free(call->words[i]);
	free(call->words);
	*call = (struct call){ 0 };
}

/* Our read end is non-blocking, the program's write end is an ordinary one. */
static int make_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	if (fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) {
		int r = -errno;

		close(ends[0]);
		close(ends[1]);
		return r;
	}
	return 0;
}

void process_end_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(128 + SIGKILL);
}

/* Makes fd the file of that number, which outlives an exec. */
static int put_file(int fd, int number)
{
	if (fd == number)
		return fcntl(fd, F_SETFD, 0);
	return dup2(fd, number);
}

static int set_up_files(int input, int out, int err)
{
	if (input < 0)
		input = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (input < 0 || put_file(input, 0) < 0 || put_file(out, 1) < 0 ||
	    put_file(err, 2) < 0)
		return -errno;
	return 0;
}

static void set_up_signals(void)
{
	sigset_t none;

	for (int signal_number = 1; signal_number < NSIG; signal_number++)
		signal(signal_number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Becomes the program, or returns -errno. */
static int become(const struct call *call, int input, int out, int err, pid_t parent)
{
	int r;

	process_end_with(parent);
	if (setpgid(0, 0) < 0)
		return -errno;
	set_up_signals();
	r = set_up_files(input, out, err);
	if (r < 0)
		return r;
	execvp(call->words[0], call->words);
	return -errno;
}

/* posix_spawn() cannot ask for the signal of a parent's death. */
static int spawn(const struct call *call, int input, int out, int err, pid_t *ret_pid)
{
	pid_t parent = getpid(), pid;
	int failure[2], r = 0;

	if (pipe2(failure, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		r = become(call, input, out, err, parent);
		_exit(write(failure[1], &r, sizeof(r)) == sizeof(r) ? 127 : 126);
	}
	if (pid < 0)
		r = -errno;
	close(failure[1]);
	/* Nothing comes once it has become the program. */
	if (pid > 0 && file_read(failure[0], &r, sizeof(r)) > 0)
		waitpid(pid, NULL, 0);
	close(failure[0]);
	*ret_pid = pid;
	return r;
}

int process_start(const struct call *call, int input, struct process *ret_process)
{
	struct process process = PROCESS_NONE;
	int out[2], err[2], r = call->error;

	if (r == 0)
		r = make_pipe(out);
	if (r < 0)
		return r;
	r = make_pipe(err);
	if (r < 0) {
		close(out[0]);
		close(out[1]);
		return r;
	}
	r = spawn(call, input, out[1], err[1], &process.pid);
	close(out[1]);
	close(err[1]);
	process.out = out[0];
	process.err = err[0];
	if (r < 0) {
		process.pid = 0;
		process_release(&process);
		return r;
	}
	*ret_process = process;
	return 0;
}

void process_signal(const struct process *process, int signal)
{
	if (process->pid)
		kill(-process->pid, signal);
}

static int status_of(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int process_wait(struct process *process, int milliseconds, int *ret_status)
{
	struct timespec pause = { .tv_nsec = SHORTEST_PAUSE };
	int64_t end = clock_milliseconds() + milliseconds;
	int status = 0;

	for (;;) {
		pid_t pid =
			waitpid(process->pid, &status, milliseconds < 0 ? 0 : WNOHANG);

		if (pid == process->pid)
			break;
		if (pid < 0 && errno != EINTR)
			return -errno;
		if (milliseconds >= 0 && clock_milliseconds() >= end)
			return -ETIMEDOUT;
		if (milliseconds < 0)
			continue;
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < LONGEST_PAUSE)
			pause.tv_nsec *= 2;
	}
	process->pid = 0;
	*ret_status = status_of(status);
	return 0;
}

void process_release(struct process *process)
{
	int status;

	if (process->pid) {
		process_signal(process, SIGKILL);
		process_wait(process, GRACE_MILLISECONDS, &status);
	}
	if (process->out >= 0)
		close(process->out);
	if (process->err >= 0)
		close(process->err);
	*process = (struct process)PROCESS_NONE;
}

int process_take(int *fd, size_t most, struct strbuf *text)
{
	char block[65536];
	ssize_t length = 1;

	/*
	 * No more at a time: a program that never stops must not keep us from checking
	 * the clock.
	 */
	for (int i = 0; i < BLOCKS_AT_ONCE && *fd >= 0 && length > 0; i++) {
		length = read(*fd, block, sizeof(block));
		if (length > 0 && text)
			strbuf_add(text, block, (size_t)length);
		if (text && text->length > most)
			return -EFBIG;
	}
	if (length < 0 && errno != EAGAIN && errno != EINTR)
		return -errno;
	if (length == 0) {
		close(*fd);
		*fd = -1;
	}
	return text ? text->error : 0;
}

int process_input(const void *bytes, size_t length)
{
	int fd = memfd_create("input", MFD_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = file_write_all(fd, bytes, length);
	if (r == 0 && lseek(fd, 0, SEEK_SET) < 0)
		r = -errno;
	if (r < 0)
		close(fd);
	return r < 0 ? r : fd;
}
