/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the kernel what it may never answer, through a child that can be abandoned. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/process.h"
#include "lib/strbuf.h"
#include "src/gpupci/files/deadline.h"

/* An attribute is a page at most (Documentation/filesystems/sysfs.rst in the kernel). */
#define ATTRIBUTE_SIZE 4096

/* How long a killed child may take to end before it counts as abandoned. */
#define GRACE_MILLISECONDS 1000

enum request {
	REQUEST_WRITE,
	REQUEST_READ,
	REQUEST_RUN,
};

/* Sent to the child, followed by path and text, a NUL after each. */
struct question {
	enum request request;
	uint32_t size; /* how much to read; 0: all of it */
};

struct answer {
	int error;
	int status; /* of a program */
	uint32_t length;
	char bytes[ATTRIBUTE_SIZE];
};

#define ANSWER_SIZE(of) (offsetof(struct answer, bytes) + (of)->length)

/* Limit of a question: a path and an attribute. */
#define QUESTION_SIZE (sizeof(struct question) + PATH_MAX + ATTRIBUTE_SIZE)

/* Closes every descriptor but this one. */
static void close_others(int kept)
{
	int most;

	if ((kept == 0 || close_range(0, (unsigned int)kept - 1, 0) == 0) &&
	    close_range((unsigned int)kept + 1, ~0U, 0) == 0)
		return;
	/* For a kernel or an emulator without close_range(). */
	most = (int)sysconf(_SC_OPEN_MAX);
	for (int fd = 0; fd < most; fd++)
		if (fd != kept)
			close(fd);
}

static int write_once(const char *path, const char *text)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	size_t length = strlen(text);
	ssize_t written;

	if (fd < 0)
		return -errno;
	do
		written = write(fd, text, length);
	while (written < 0 && errno == EINTR);
	if (written < 0)
		return -errno;
	return (size_t)written == length ? 0 : -EIO;
}

static int read_once(const char *path, size_t size, struct answer *answer)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t most = sizeof(answer->bytes), length = 0;
	ssize_t got;

	if (size && size < most)
		most = size;
	if (fd < 0)
		return -errno;
	do {
		got = read(fd, answer->bytes + length, most - length);
		if (got < 0 && errno != EINTR)
			return -errno;
		length += got > 0 ? (size_t)got : 0;
	} while (got != 0 && length < most);
	if (!size && length == most)
		return -EFBIG;
	answer->length = (uint32_t)length;
	return 0;
}

/* Becomes the program; returns only on failure. */
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

/* Runs in a grandchild, so that the child can report how the program ended. */
static int run_once(const char *const argv[], struct answer *answer)
{
	struct process program = PROCESS_NONE;
	sigset_t none;

	if (access(argv[0], X_OK) < 0)
		return -errno;
	program.pid = fork();
	if (program.pid < 0)
		return -errno;
	if (program.pid == 0) {
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		become(argv);
		_exit(127);
	}
	return process_wait(&program, -1, &answer->status);
}

static void serve_one(const char *bytes, const char *const argv[], struct answer *answer)
{
	const struct question *question = (const struct question *)bytes;
	const char *path = bytes + sizeof(*question);

	answer->length = 0;
	switch (question->request) {
	case REQUEST_WRITE:
		answer->error = write_once(path, path + strlen(path) + 1);
		break;
	case REQUEST_READ:
		answer->error = read_once(path, question->size, answer);
		break;
	case REQUEST_RUN:
		answer->error = run_once(argv, answer);
		break;
	}
}

/* Main loop of the child: answers questions until the parent closes the socket. */
static void serve(int socket, pid_t parent, const char *const argv[])
	__attribute__((noreturn));
static void serve(int socket, pid_t parent, const char *const argv[])
{
	static char question[QUESTION_SIZE] __attribute__((aligned(8)));
	static struct answer answer;

	/*
	 * A write that has not reached the kernel must not reach it after a later run has
	 * looked.
	 */
	process_end_with(parent);
	setsid();
	prctl(PR_SET_NAME, "gpupci-kernel");
	close_others(socket);
	if (chdir("/") < 0)
		_exit(1);
	while (recv(socket, question, sizeof(question), 0) > 0) {
		serve_one(question, argv, &answer);
		if (send(socket, &answer, ANSWER_SIZE(&answer), MSG_NOSIGNAL) < 0)
			_exit(1);
	}
	_exit(0);
}

static int start(struct deadline *deadline, const char *const argv[])
{
	pid_t parent = getpid();
	int ends[2], error;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	deadline->child = fork();
	if (deadline->child == 0)
		serve(ends[1], parent, argv);
	error = deadline->child < 0 ? -errno : 0;
	close(ends[1]);
	deadline->socket = ends[0];
	if (error < 0) {
		close(ends[0]);
		deadline->child = 0;
	}
	return error;
}

void deadline_release(struct deadline *deadline)
{
	struct process child = { deadline->child, -1, -1 };
	int status;

	if (deadline->child <= 0)
		return;
	close(deadline->socket);
	process_wait(&child, -1, &status);
	deadline->child = 0;
}

/* Ends the child if possible; else remembers it as left. */
static void leave(struct deadline *deadline)
{
	struct process child = { deadline->child, -1, -1 };
	int status;

	deadline->passed = true;
	deadline->child = 0;
	close(deadline->socket);
	/* Kill its session, which includes a program it runs. */
	process_signal(&child, SIGKILL);
	kill(child.pid, SIGKILL);
	if (process_wait(&child, GRACE_MILLISECONDS, &status) == 0)
		return;
	deadline->left = child.pid;
	process_started(child.pid, &deadline->left_since);
}

static int send_question(const struct deadline *deadline, const struct question *question,
			 const char *path, const char *text)
{
	struct iovec parts[] = {
		{ (void *)question, sizeof(*question) },
		{ (void *)path, strlen(path) + 1 },
		{ (void *)text, strlen(text) + 1 },
	};
	const struct msghdr message = { .msg_iov = parts,
					.msg_iovlen = ARRAY_SIZE(parts) };

	if (sizeof(*question) + parts[1].iov_len + parts[2].iov_len > QUESTION_SIZE)
		return -ENAMETOOLONG;
	return sendmsg(deadline->socket, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Waits for the answer; -ETIMEDOUT if none comes. */
static int listen_to(int socket, int64_t end, struct answer *answer)
{
	struct pollfd wait = { .fd = socket, .events = POLLIN };

	for (;;) {
		int64_t left = end - clock_milliseconds();
		int ready = poll(&wait, 1, left > 0 ? (int)left : 0);
		ssize_t got;

		if (ready < 0 && errno != EINTR)
			return -errno;
		if (ready == 0 && left <= 0)
			return -ETIMEDOUT;
		if (ready <= 0)
			continue;
		got = recv(socket, answer, sizeof(*answer), 0);
		/* End of file: the child was killed. */
		return got < (ssize_t)offsetof(struct answer, bytes) ||
				       got != (ssize_t)ANSWER_SIZE(answer)
			       ? -EIO
			       : 0;
	}
}

void deadline_forget(struct deadline *deadline)
{
	deadline->passed = false;
	deadline->left = 0;
	deadline->left_since = 0;
}

static int put(struct deadline *deadline, const struct question *question,
	       const char *path, const char *text, const char *const argv[],
	       struct answer *answer)
{
	int64_t end = clock_milliseconds() + deadline->milliseconds;
	int error;

	deadline_forget(deadline);
	error = deadline->child > 0 ? 0 : start(deadline, argv);
	if (error == 0)
		error = send_question(deadline, question, path, text);
	if (error < 0)
		return error;
	error = listen_to(deadline->socket, end, answer);
	if (error == -ETIMEDOUT) {
		leave(deadline);
		return error;
	}
	if (error < 0)
		deadline_release(deadline);
	return error < 0 ? error : answer->error;
}

int deadline_write(struct deadline *deadline, const char *path, const char *text)
{
	const struct question question = { .request = REQUEST_WRITE };
	struct answer answer;

	return put(deadline, &question, path, text, NULL, &answer);
}

static int get(struct deadline *deadline, const char *path, size_t size,
	       struct answer *answer)
{
	const struct question question = { .request = REQUEST_READ,
					   .size = (uint32_t)size };

	return put(deadline, &question, path, "", NULL, answer);
}

int deadline_read(struct deadline *deadline, const char *path, char **ret_text)
{
	struct answer answer;
	char *text;
	int error = get(deadline, path, 0, &answer);

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
	struct answer answer;
	int error = get(deadline, path, size, &answer);

	if (error < 0)
		return error;
	memcpy(bytes, answer.bytes, answer.length);
	*ret_length = answer.length;
	return 0;
}

int deadline_run(struct deadline *deadline, const char *const argv[], int *ret_status)
{
	const struct question question = { .request = REQUEST_RUN };
	struct answer answer;
	int error;

	/* A child started now has argv in its memory. */
	deadline_release(deadline);
	error = put(deadline, &question, "", "", argv, &answer);
	deadline_release(deadline);
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
