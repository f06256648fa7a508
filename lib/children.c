/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work that may never come back, done in child processes with a deadline each. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "lib/children.h"
#include "lib/interrupt.h"
#include "lib/process.h"
#include "lib/strbuf.h"

#define ANSWER_BYTES (1 + sizeof(int))

struct child {
	struct process process; /* its text comes through out */
	struct strbuf text;
	size_t index;
	int64_t end; /* when its time is up */
};

/* What the child does has a process group of its own, and so has what it starts. */
static void work(const struct children *children, size_t index, int fd)
{
	sigset_t none;
	FILE *text;
	int result = -ENOMEM;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	/* A library's connection that breaks is an error it tells, not our end. */
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	text = fdopen(fd, "w");
	if (text) {
		result = children->work(children->data, index, text);
		/* The answer follows the end of the text: of one that died there is none. */
		fputc('\0', text);
		fwrite(&result, sizeof(result), 1, text);
		fflush(text);
	}
	_exit(0);
}

static int start(const struct children *children, size_t index, struct child *child)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		work(children, index, ends[1]);
	}
	close(ends[1]);
	if (pid < 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) {
		int r = -errno;

		close(ends[0]);
		return r;
	}
	setpgid(pid, pid);
	*child = (struct child){ .process = { pid, ends[0], -1 },
				 .index = index,
				 .end = process_clock() +
					1000 * (int64_t)children->seconds };
	return 0;
}

static bool is_too_long(const struct child *child)
{
	return child->text.length > CHILDREN_TEXT_MOST + ANSWER_BYTES;
}

/* Whether all of it has come. */
static bool take(struct child *child)
{
	char block[16384];
	ssize_t length = 0;

	while (!is_too_long(child) &&
	       (length = read(child->process.out, block, sizeof(block))) > 0)
		strbuf_add(&child->text, block, (size_t)length);
	if (is_too_long(child))
		return false;
	return length == 0 || (errno != EAGAIN && errno != EINTR);
}

static int read_answer(const struct strbuf *text)
{
	const char *end = text->length ? memchr(text->bytes, '\0', text->length) : NULL;
	int result;

	if (!end || (size_t)(end - text->bytes) + ANSWER_BYTES != text->length)
		return -ECHILD;
	memcpy(&result, end + 1, sizeof(result));
	return result;
}

static void finish(const struct children *children, struct child *child, int why)
{
	int result = child->text.error ? child->text.error : why;

	if (result == 0)
		result = read_answer(&child->text);
	children->done(children->data, child->index, result, strbuf_text(&child->text));
	process_release(&child->process);
	strbuf_release(&child->text);
}

/* Ends those that are ready or late; how many are left. */
static size_t reap(const struct children *children, struct child *list, size_t count)
{
	for (size_t i = 0; i < count;) {
		bool whole = take(&list[i]);

		int why = is_too_long(&list[i])		   ? -E2BIG
			  : interrupt_count()		   ? -EINTR
			  : process_clock() >= list[i].end ? -ETIMEDOUT
							   : 0;

		if (!whole && !why) {
			i++;
			continue;
		}
		finish(children, &list[i], whole ? 0 : why);
		list[i] = list[--count];
	}
	return count;
}

static int follow(const struct children *children, struct child *list,
		  struct pollfd *files)
{
	size_t count = 0, next = 0;
	int r = 0;

	while (count || next < children->count) {
		while (count < children->at_once && next < children->count && r == 0 &&
		       !interrupt_count()) {
			r = start(children, next, &list[count]);
			if (r < 0)
				break;
			next++;
			count++;
		}
		/* What could not be begun. */
		while ((r < 0 || interrupt_count()) && next < children->count)
			children->done(children->data, next++, r < 0 ? r : -EINTR, "");
		for (size_t i = 0; i < count; i++)
			files[i] = (struct pollfd){ list[i].process.out, POLLIN, 0 };
		if (count)
			interrupt_poll(files, count, 200);
		count = reap(children, list, count);
	}
	return 0;
}

int children_run(const struct children *children)
{
	_cleanup_free_ struct child *list = calloc(children->at_once, sizeof(*list));
	_cleanup_free_ struct pollfd *files = calloc(children->at_once, sizeof(*files));
	int r;

	if (!list || !files)
		return -ENOMEM;
	interrupt_catch();
	r = follow(children, list, files);
	interrupt_release();
	return r;
}
