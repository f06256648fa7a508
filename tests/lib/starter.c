/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts programs for a test: vfork here costs a small part of a fork of Perl. */
/*
 * tests/lib/Starter.pm is the other side. A request on stdin is a struct header and as many
 * bytes of strings, each with its NUL: the folder to start in, the files for stdin, stdout and
 * stderr, the words, the environment. Two answers on stdout: the process id as an int32_t,
 * then, once the program has ended, a struct ended.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct header {
	uint32_t size;	  /* of the strings */
	uint32_t count;	  /* of the words */
	uint32_t seconds; /* after which SIGALRM ends the program; 0 for never */
	uint32_t mask;	  /* umask */
};

struct ended {
	int32_t status;	      /* as waitpid gives it */
	int32_t microseconds; /* CPU of the program and of what it waited for */
};

enum { FOLDER, STANDARD, WORDS = STANDARD + 3 };

/* Whether all of it came. */
static bool read_all(void *to, size_t size)
{
	for (char *at = to; size > 0;) {
		ssize_t count = read(STDIN_FILENO, at, size);

		if (count <= 0)
			return false;
		at += count;
		size -= (size_t)count;
	}
	return true;
}

static void answer(const void *from, size_t size)
{
	if (write(STDOUT_FILENO, from, size) != (ssize_t)size)
		exit(1);
}

/* In the child, in the memory of the parent, which waits: nothing of it may be changed. */
static void become(char *const *strings, const struct header *header)
{
	if (chdir(strings[FOLDER]) != 0)
		_exit(126);
	for (int i = 0; i < 3; i++) {
		int flags = i == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC;
		int file = open(strings[STANDARD + i], flags, 0666);

		if (file < 0 || dup2(file, i) < 0)
			_exit(126);
		close(file);
	}
	umask(header->mask);
	alarm(header->seconds);
	execvp(strings[WORDS], strings + WORDS);
	dprintf(STDERR_FILENO, "starter: cannot start %s\n", strings[WORDS]);
	_exit(127);
}

/* The words end with a NULL and so does the environment after them; owned by the caller. */
static char **split(char *text, const struct header *header)
{
	size_t count = 2;
	char **strings, **to;

	for (uint32_t i = 0; i < header->size; i++)
		count += text[i] == '\0';
	strings = to = calloc(count, sizeof(*strings));
	for (char *at = text; strings && at < text + header->size; at += strlen(at) + 1) {
		if (to == strings + WORDS + header->count)
			to++;
		*to++ = at;
	}
	return strings;
}

static int serve(const struct header *header)
{
	char *text = malloc(header->size + 1), **strings;
	struct ended ended = { 0 };
	struct rusage took;
	int status;
	int32_t id;

	if (!text || !read_all(text, header->size) || !(strings = split(text, header)))
		return 1;
	environ = strings + WORDS + header->count + 1;
	id = vfork();
	if (id == 0)
		become(strings, header);
	answer(&id, sizeof(id));
	if (id < 0 || wait4(id, &status, 0, &took) != id)
		return 1;
	ended.status = status;
	ended.microseconds =
		(int32_t)((took.ru_utime.tv_sec + took.ru_stime.tv_sec) * 1000000 +
			  took.ru_utime.tv_usec + took.ru_stime.tv_usec);
	answer(&ended, sizeof(ended));
	free(strings);
	free(text);
	return 0;
}

int main(void)
{
	struct header header;

	while (read_all(&header, sizeof(header)))
		if (serve(&header))
			return 1;
	return 0;
}
