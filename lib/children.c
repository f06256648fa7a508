/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work that may hang, done in child processes with a deadline each. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "lib/children.h"
#include "lib/clock.h"
#include "lib/interrupt.h"
#include "lib/process.h"
#include "lib/strbuf.h"

#define ANSWER_BYTES (1 + sizeof(int))

/*
 * A child does one piece after the other, so that a library initialises itself once. Its
 * socket takes the number of a piece, and returns the text, a NUL and the result.
 */
struct child {
	struct process process; /* out is the socket */
	bool is_busy;		/* has a piece, which the members below describe */
	size_t index;
	int64_t end;	    /* its deadline */
	struct strbuf text; /* received so far, including the result */
	size_t text_length; /* bytes before the answer; meaningless until has_answer */
	bool has_answer;    /* or its beginning */
};

/* The child and everything it starts have a process group of their own. */
static void set_up_child(pid_t parent)
{
	sigset_t none;

	setpgid(0, 0);
	process_end_with(parent);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	/*
	 * A broken connection of a library is an error for it to report and must not kill
	 * us.
	 */
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void work(const struct children *children, int fd)
{
	FILE *text = fdopen(fd, "w");
	size_t index;
	int result;

	while (text && read(fd, &index, sizeof(index)) == sizeof(index)) {
		result = children->work(children->data, index, text);
		/* The result follows the end of the text; a child that died sent none. */
		fputc('\0', text);
		fwrite(&result, sizeof(result), 1, text);
		if (fflush(text) != 0)
			break;
	}
	_exit(0);
}

static int start(const struct children *children, struct child *child)
{
	pid_t parent = getpid(), pid;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		set_up_child(parent);
		work(children, ends[1]);
	}
	close(ends[1]);
	if (pid < 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) {
		int r = -errno;

		close(ends[0]);
		return r;
	}
	setpgid(pid, pid);
	*child = (struct child){ .process = { pid, ends[0], -1 } };
	return 0;
}

static void release(struct child *child)
{
	process_release(&child->process);
	strbuf_release(&child->text);
	*child = (struct child){ .process = PROCESS_NONE };
}

/* Gives the child a piece; replaces a child that has ended meanwhile. */
static int give(const struct children *children, struct child *child, size_t index)
{
	bool is_new = child->process.pid == 0;
	int r = is_new ? start(children, child) : 0;

	if (r < 0)
		return r;
	if (send(child->process.out, &index, sizeof(index), MSG_NOSIGNAL) !=
	    sizeof(index)) {
		release(child);
		return is_new ? -ECHILD : give(children, child, index);
	}
	child->has_answer = false;
	child->is_busy = true;
	child->index = index;
	child->end = clock_milliseconds() + 1000 * (int64_t)children->seconds;
	return 0;
}

static bool is_too_long(const struct child *child)
{
	return (child->has_answer ? child->text_length : child->text.length) >
	       CHILDREN_TEXT_MOST;
}

static bool is_answered(const struct child *child)
{
	return child->has_answer &&
	       child->text.length >= child->text_length + ANSWER_BYTES;
}

static void add(struct child *child, const char *block, size_t length)
{
	const char *end = child->has_answer ? NULL : memchr(block, '\0', length);

	if (end) {
		child->has_answer = true;
		child->text_length = child->text.length + (size_t)(end - block);
	}
	strbuf_add(&child->text, block, length);
}

/* Whether everything has arrived, or nothing more will. */
static bool take(struct child *child)
{
	char block[16384];
	ssize_t length = 0;

	while (!is_answered(child) && !is_too_long(child) && !child->text.error &&
	       (length = read(child->process.out, block, sizeof(block))) > 0)
		add(child, block, (size_t)length);
	if (is_too_long(child))
		return false;
	return is_answered(child) || child->text.error || length == 0 ||
	       (length < 0 && errno != EAGAIN && errno != EINTR);
}

static int read_answer(const struct child *child)
{
	int result;

	if (child->text.error)
		return child->text.error;
	if (!child->has_answer || child->text.length != child->text_length + ANSWER_BYTES)
		return -ECHILD;
	memcpy(&result, child->text.bytes + child->text_length + 1, sizeof(result));
	return result;
}

/*
 * Reports the result of a piece. A child that succeeded takes the next one; one that
 * failed ends, with everything that a library keeps of the failure.
 */
static void finish(const struct children *children, struct child *child, int why)
{
	int result = why ? why : read_answer(child);

	children->done(children->data, child->index, result, strbuf_text(&child->text));
	child->is_busy = false;
	strbuf_release(&child->text);
	if (result < 0)
		release(child);
}

/* Reports the pieces that are finished or late. */
static void reap(const struct children *children, struct child *list)
{
	for (size_t i = 0; i < children->at_once; i++) {
		struct child *child = &list[i];
		bool whole;
		int why;

		if (!child->is_busy)
			continue;
		whole = take(child);
		why = is_too_long(child)		   ? -E2BIG
		      : interrupt_count()		   ? -EINTR
		      : clock_milliseconds() >= child->end ? -ETIMEDOUT
							   : 0;
		if (whole || why)
			finish(children, child, whole ? 0 : why);
	}
}

/* Gives every idle child a piece, from *next on. Returns how many are at work. */
static size_t employ(const struct children *children, struct child *list, size_t *next)
{
	size_t busy = 0;
	int r = 0;

	for (size_t i = 0; i < children->at_once; i++) {
		if (!list[i].is_busy && *next < children->count && r == 0 &&
		    !interrupt_count()) {
			r = give(children, &list[i], *next);
			*next += r == 0;
		}
		busy += list[i].is_busy;
	}
	/* Reports pieces that could not be started. */
	while ((r < 0 || interrupt_count()) && *next < children->count)
		children->done(children->data, (*next)++, r < 0 ? r : -EINTR, "");
	return busy;
}

static void follow(const struct children *children, struct child *list,
		   struct pollfd *files)
{
	size_t next = 0;

	while (employ(children, list, &next)) {
		size_t count = 0;

		for (size_t i = 0; i < children->at_once; i++)
			if (list[i].is_busy)
				files[count++] =
					(struct pollfd){ list[i].process.out, POLLIN, 0 };
		interrupt_poll(files, count, 200);
		reap(children, list);
	}
}

int children_run(const struct children *children)
{
	_cleanup_free_ struct child *list = calloc(children->at_once, sizeof(*list));
	_cleanup_free_ struct pollfd *files = calloc(children->at_once, sizeof(*files));

	if (!list || !files)
		return -ENOMEM;
	for (size_t i = 0; i < children->at_once; i++)
		list[i].process = (struct process)PROCESS_NONE;
	interrupt_catch();
	follow(children, list, files);
	interrupt_release();
	for (size_t i = 0; i < children->at_once; i++)
		release(&list[i]);
	return 0;
}
