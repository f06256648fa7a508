/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far a long command has come. */
#include <stdio.h>
#include <unistd.h>

#include "lib/process.h"
#include "lib/progress.h"

#define EVERY 100 /* milliseconds between two lines */

static void show(struct progress *progress)
{
	/* Back to the first column, and what was there erased: ECMA-48 EL. */
	fprintf(stderr, "\r\033[K%zu of %zu %s", progress->done, progress->total,
		progress->what);
	fflush(stderr);
	progress->shown = true;
	progress->next = process_clock() + EVERY;
}

void progress_open(struct progress *progress, const char *what, size_t total)
{
	*progress = (struct progress){ .what = what,
				       .total = total,
				       .on = total > 1 && isatty(STDERR_FILENO) };
	if (progress->on)
		show(progress);
}

void progress_step(struct progress *progress)
{
	progress->done++;
	if (progress->on && (!progress->shown || process_clock() >= progress->next))
		show(progress);
}

void progress_hide(struct progress *progress)
{
	if (!progress->shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress->shown = false;
}
