/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks --batch: the commands of a file in one transaction. */
#ifndef ROCKS_BATCH_H
#define ROCKS_BATCH_H

#include <stdbool.h>
#include <stddef.h>

struct batch_options {
	const char *file; /* - is standard input */
	bool check;	  /* only report what would happen */
	bool skip;	  /* leave out lines that conflict with what is there */
};

/* Takes check= and conflicts=. ROCKS_DONE, or ROCKS_USAGE after printing an error. */
int batch_take_options(char *const *words, size_t count, struct batch_options *options);

/*
 * Runs the lines on the inventory at path; named: the user gave that path. If any line fails,
 * reports each that does and changes nothing. Returns what to exit with.
 */
int run_batch(const struct batch_options *options, const char *path, bool named);

#endif
