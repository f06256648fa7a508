/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other programs: the one place that builds their argument vectors and runs them. */
#ifndef LIB_PROCESS_H
#define LIB_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/cleanup.h"
#include "lib/strbuf.h"

/* The words of a call, the program first. Appends never fail one by one, as in strbuf. */
struct call {
	char **words; /* ends with NULL once there is one */
	size_t count, size;
	int error; /* 0, or -ENOMEM */
};

#define _cleanup_call_ _cleanup_(call_release)

/* Appends a copy of a word, whatever is in it: no shell ever sees it. */
void call_add(struct call *call, const char *word);
void call_add_format(struct call *call, const char *format, ...) _printf_(2, 3);

/* Appends the words of a text that has blanks between them. */
void call_add_words(struct call *call, const char *text);

void call_release(struct call *call);

/* A program that runs: of a process group of its own, so that a terminal's ^C is ours. */
struct process {
	pid_t pid;    /* 0 when there is none */
	int out, err; /* what it prints, to be read without blocking; -1 when closed */
};

#define PROCESS_NONE      \
	{                 \
		0, -1, -1 \
	}
#define _cleanup_process_ _cleanup_(process_release)

/*
 * Starts the program, found in PATH, with input as its standard input (a file descriptor,
 * or -1 for /dev/null), its standard output and error being pipes, its signals as they are
 * by default. 0 or -errno: -ENOENT when there is no such program.
 */
int process_start(const struct call *call, int input, struct process *ret_process);

/* Signals its whole process group; none that runs is no error. */
void process_signal(const struct process *process, int signal);

/*
 * Of any child (struct process of its pid alone): waits until it ends, at most milliseconds (-1: for ever): 0 and what it exited with
 * (128 and the signal's number when one ended it), or -ETIMEDOUT.
 */
int process_wait(struct process *process, int milliseconds, int *ret_status);

/*
 * Kills it if it still runs, and closes what is open. One that waits in the kernel in
 * state D, which no signal ends, is waited for a second and left behind.
 */
void process_release(struct process *process);

/*
 * Takes all that can be read of out or err now, appends it to text (NULL drops it), and
 * closes what has ended. 0 or -errno; -EFBIG when the text is longer than most.
 */
int process_take(int *fd, size_t most, struct strbuf *text);

/* A file without a name that holds these bytes, to be read from its start; or -errno. */
int process_input(const void *bytes, size_t length);

#endif
