/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other programs: the one place that builds their argument vectors and runs them. */
#ifndef LIB_PROCESS_H
#define LIB_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/cleanup.h"
#include "lib/strbuf.h"

/*
 * The argument vector of a call, the program first. Appending returns no error;
 * process_start() returns the error of the call.
 */
struct call {
	char **words; /* ends with NULL unless it is empty */
	size_t count, size;
	int error; /* 0, or -ENOMEM */
};

#define _cleanup_call_ _cleanup_(call_release)

/* Appends a copy of a word with any contents: no shell ever sees it. */
void call_add(struct call *call, const char *word);
void call_add_format(struct call *call, const char *format, ...) _printf_(2, 3);

/* Appends the words of a text, which are separated by blanks. */
void call_add_words(struct call *call, const char *text);

void call_release(struct call *call);

/*
 * A running program, in a process group of its own, so that a terminal's ^C reaches only
 * us. If we end without releasing it, the kernel kills it.
 */
struct process {
	pid_t pid;    /* 0 for none */
	int out, err; /* its output, for non-blocking reads; -1 if closed */
};

#define PROCESS_NONE      \
	{                 \
		0, -1, -1 \
	}
#define _cleanup_process_ _cleanup_(process_release)

/*
 * Starts a program, found in PATH, with input as its standard input (a file descriptor,
 * or -1 for /dev/null), pipes as its standard output and error, and default signals. 0 or
 * -errno; -ENOENT if there is no such program. End it with process_release().
 */
int process_start(const struct call *call, int input, struct process *ret_process);

/*
 * In a new child, of which parent is the process that forked it: from now on the kernel
 * kills it when the thread that forked it ends. Ends it at once if that already happened.
 */
void process_end_with(pid_t parent);

/* Signals its whole process group; does nothing if it does not run. */
void process_signal(const struct process *process, int signal);

/*
 * Waits at most milliseconds (-1: no limit) until it ends. Also works for a child that was
 * started otherwise: fill in only pid. 0 and the exit status (128 plus the signal's number
 * if a signal ended it), with pid set to 0; -ETIMEDOUT, or another -errno. The pipes stay
 * open.
 */
int process_wait(struct process *process, int milliseconds, int *ret_status);

/*
 * Kills it if it still runs, and closes its pipes. If it hangs in the kernel in state D,
 * where no signal ends it, gives up after a second.
 */
void process_release(struct process *process);

/*
 * Reads what is available from out or err, at most 1 MiB in a call, and appends it to text
 * (NULL drops it). At the end of the pipe closes it and sets *fd to -1. 0, also if nothing
 * is available yet, or -errno; -EFBIG if the text is longer than most bytes.
 */
int process_take(int *fd, size_t most, struct strbuf *text);

/*
 * A descriptor of an unnamed file with these bytes, positioned at its start, which the
 * caller closes; or -errno.
 */
int process_input(const void *bytes, size_t length);

#endif
