/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The progress of a long command. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/progress.h"
#include "lib/visible.h"

#define EVERY 100 /* milliseconds between two lines */

#define BAR 20 /* columns */

static void show(struct progress *progress)
{
	static const char full[] = "####################",
			  empty[] = "....................";
	size_t done = progress->done < progress->total ? progress->done : progress->total;
	int length = progress->bar && progress->total
			     ? (int)(BAR * done / progress->total)
			     : 0;

	/* Returns to the first column and erases the line: ECMA-48 EL. */
	fputs("\r\033[K", stderr);
	if (progress->bar)
		fprintf(stderr, "[%.*s%.*s] ", length, full, BAR - length, empty);
	fprintf(stderr, "%zu of %zu ", done, progress->total);
	visible_write(stderr, progress->what, strlen(progress->what));
	fflush(stderr);
	progress->shown = true;
	progress->next = clock_milliseconds() + EVERY;
}

void progress_open(struct progress *progress, const char *what, size_t total)
{
	*progress = (struct progress){ .what = what,
				       .total = total,
				       .on = total > 1 && isatty(STDERR_FILENO) };
	if (progress->on)
		show(progress);
}

void progress_open_bar(struct progress *progress, const char *what, size_t total)
{
	*progress = (struct progress){
		.what = what, .total = total, .on = isatty(STDERR_FILENO), .bar = true
	};
	if (progress->on)
		show(progress);
}

void progress_step(struct progress *progress)
{
	progress_set(progress, progress->done + 1);
}

void progress_set(struct progress *progress, size_t done)
{
	progress->done = done;
	if (progress->on && (!progress->shown || clock_milliseconds() >= progress->next))
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
