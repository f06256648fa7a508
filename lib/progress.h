/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The progress of a long command, shown on the terminal of standard error. */
#ifndef LIB_PROGRESS_H
#define LIB_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	const char *what; /* "hosts": 12 of 1000 hosts; must outlive it */
	size_t done, total;
	bool on;      /* standard error is a terminal */
	bool shown;   /* the line is on the terminal now */
	bool bar;     /* with a bar */
	int64_t next; /* when to show it next, by clock_milliseconds() */
};

/* Shows nothing unless standard error is a terminal. */
void progress_open(struct progress *progress, const char *what, size_t total);
void progress_step(struct progress *progress);

/* The same with a bar, and a count to set. */
void progress_open_bar(struct progress *progress, const char *what, size_t total);
void progress_set(struct progress *progress, size_t done);

/* Erases the line: call it before anything else is printed, and at the end. */
void progress_hide(struct progress *progress);

#endif
