/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking the kernel what it may never answer: in a child, which can be left behind. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/strbuf.h"
#include "src/gpupci/deadline.h"

/* An attribute is a page at most (Documentation/filesystems/sysfs.rst in the kernel). */
#define ATTRIBUTE_SIZE 4096

/* How long a killed child is given to be gone before it counts as left behind. */
#define GRACE_MILLISECONDS 100

struct answer {
	int error;
	int status; /* of a program */
	uint32_t length;
	char bytes[ATTRIBUTE_SIZE];
};

struct question {
	const char *path;
	const char *text;	 /* to write; NULL to read */
	size_t size;		 /* how much to read is enough; 0: all of it */
	const char *const *argv; /* a program instead */
};

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Closes every descriptor but this one. */
static void close_others(int kept)
{
	int most;

	if ((kept == 0 || close_range(0, (unsigned int)kept - 1, 0) == 0) &&
	    close_range((unsigned int)kept + 1, ~0U, 0) == 0)
		return;
	/* A kernel or an emulator that does not know it. */
	most = (int)sysconf(_SC_OPEN_MAX);
	for (int fd = 0; fd < most; fd++)
		if (fd != kept)
			close(fd);
}

static int write_once(const struct question *question)
{
	size_t length = strlen(question->text);
	int fd = open(question->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t written;

	if (fd < 0)
		return -errno;
	do
		written = write(fd, question->text, length);
	while (written < 0 && errno == EINTR);
	if (written < 0)
		return -errno;
	return (size_t)written == length ? 0 : -EIO;
}

static int read_once(const struct question *question, struct answer *answer)
{
	int fd = open(question->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t most = sizeof(answer->bytes), length = 0;
	ssize_t got;

	if (question->size && question->size < most)
		most = question->size;
	if (fd < 0)
		return -errno;
	do {
		got = read(fd, answer->bytes + length, most - length);
		if (got < 0 && errno != EINTR)
			return -errno;
		length += got > 0 ? (size_t)got : 0;
	} while (got != 0 && length < most);
	if (!question->size && length == most)
		return -EFBIG;
	answer->length = (uint32_t)length;
	return 0;
}

/* Becomes the program; returns only where that fails. */
static int become(const char *const argv[])
{
	static const char *const environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
						   NULL };
	int null = open("/dev/null", O_RDWR);

	if (null < 0)
		return -errno;
	for (int fd = 0; fd < 3; fd++)
		if (dup2(null, fd) < 0)
			return -errno;
	signal(SIGPIPE, SIG_DFL);
	execve(argv[0], (char *const *)argv, (char *const *)environment);
	return -errno;
}

/* In a child of the child, so that the one that waits can tell how the program ended. */
static int run_once(const struct question *question, int pipe, struct answer *answer)
{
	sigset_t none;
	pid_t child;
	int status;

	if (access(question->argv[0], X_OK) < 0)
		return -errno;
	child = fork();
	if (child < 0)
		return -errno;
	if (child == 0) {
		close(pipe);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		become(question->argv);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	answer->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return 0;
}

static void ask(const struct question *question, pid_t parent, int pipe)
	__attribute__((noreturn));
static void ask(const struct question *question, pid_t parent, int pipe)
{
	static struct answer answer;
	const char *bytes = (const char *)&answer;
	size_t length;
	ssize_t sent;

	/* What did not reach the kernel yet must not reach it after a next run looked. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	setsid();
	prctl(PR_SET_NAME, "gpupci-kernel");
	close_others(pipe);
	if (chdir("/") < 0)
		answer.error = -errno;
	else if (question->argv)
		answer.error = run_once(question, pipe, &answer);
	else if (question->text)
		answer.error = write_once(question);
	else
		answer.error = read_once(question, &answer);
	for (length = offsetof(struct answer, bytes) + answer.length; length;
	     bytes += sent, length -= (size_t)sent) {
		sent = write(pipe, bytes, length);
		if (sent < 0)
			_exit(1);
	}
	_exit(0);
}

/* Takes what the child says until it says no more. -ETIMEDOUT when it says nothing. */
static int listen_to(int pipe, int64_t end, struct answer *answer)
{
	struct pollfd wait = { .fd = pipe, .events = POLLIN };
	char *bytes = (char *)answer;
	size_t length = 0;
	ssize_t got = 1;

	while (got != 0 && length < sizeof(*answer)) {
		int64_t left = end - now();
		int ready = poll(&wait, 1, left > 0 ? (int)left : 0);

		if (ready < 0 && errno != EINTR)
			return -errno;
		if (ready == 0 && left <= 0)
			return -ETIMEDOUT;
		if (ready <= 0)
			continue;
		got = read(pipe, bytes + length, sizeof(*answer) - length);
		if (got < 0)
			return -errno;
		length += (size_t)got;
	}
	if (length < offsetof(struct answer, bytes) ||
	    length - offsetof(struct answer, bytes) != answer->length)
		return -EIO; /* killed by somebody before it could say */
	return 0;
}

/* Ends the child where that is still possible; else it stays, and is remembered. */
static void leave(struct deadline *deadline, pid_t child)
{
	const struct timespec pause = { .tv_nsec = 5000000 };
	int64_t end = now() + GRACE_MILLISECONDS;

	/* Its session: a program it runs is meant too. */
	kill(-child, SIGKILL);
	kill(child, SIGKILL);
	do {
		if (waitpid(child, NULL, WNOHANG) == child)
			return;
		nanosleep(&pause, NULL);
	} while (now() < end);
	deadline->left = child;
	process_started(child, &deadline->left_since);
}

static int put(struct deadline *deadline, const struct question *question,
	       struct answer *answer)
{
	int64_t end = now() + deadline->milliseconds;
	pid_t parent = getpid(), child;
	int ends[2], error;

	deadline->passed = false;
	deadline->left = 0;
	deadline->left_since = 0;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	child = fork();
	if (child == 0)
		ask(question, parent, ends[1]);
	error = child < 0 ? -errno : 0;
	close(ends[1]);
	if (error == 0)
		error = listen_to(ends[0], end, answer);
	close(ends[0]);
	if (child < 0)
		return error;
	if (error == -ETIMEDOUT) {
		deadline->passed = true;
		leave(deadline, child);
		return error;
	}
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return error < 0 ? error : answer->error;
}

int deadline_write(struct deadline *deadline, const char *path, const char *text)
{
	const struct question question = { .path = path, .text = text };
	struct answer answer;

	return put(deadline, &question, &answer);
}

int deadline_read(struct deadline *deadline, const char *path, char **ret_text)
{
	const struct question question = { .path = path };
	struct answer answer;
	char *text;
	int error;

	error = put(deadline, &question, &answer);
	if (error < 0)
		return error;
	text = strndup(answer.bytes, answer.length);
	if (!text)
		return -ENOMEM;
	text[strcspn(text, "\n")] = '\0';
	*ret_text = text;
	return 0;
}

int deadline_read_bytes(struct deadline *deadline, const char *path, void *bytes,
			size_t size, size_t *ret_length)
{
	const struct question question = { .path = path, .size = size };
	struct answer answer;
	int error;

	error = put(deadline, &question, &answer);
	if (error < 0)
		return error;
	memcpy(bytes, answer.bytes, answer.length);
	*ret_length = answer.length;
	return 0;
}

int deadline_run(struct deadline *deadline, const char *const argv[], int *ret_status)
{
	const struct question question = { .path = argv[0], .argv = argv };
	struct answer answer;
	int error;

	error = put(deadline, &question, &answer);
	if (error == 0)
		*ret_status = answer.status;
	return error;
}

int process_started(pid_t process, uint64_t *ret_ticks)
{
	char path[64], bytes[1024];
	_cleanup_close_ int fd = -1;
	const char *field;
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)process);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	length = read(fd, bytes, sizeof(bytes) - 1);
	if (length < 0)
		return -errno;
	bytes[length] = '\0';
	/* proc(5): "pid (name) state ppid …"; the name may hold anything, blanks too. */
	field = strrchr(bytes, ')');
	if (!field || field[1] != ' ')
		return -EIO;
	if (field[2] == 'Z' || field[2] == 'X')
		return -ESRCH;
	for (int number = 2; number < 22 && field; number++)
		field = strchr(field + 1, ' ');
	if (!field)
		return -EIO;
	*ret_ticks = strtoull(field + 1, NULL, 10);
	return 0;
}
