/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a command on hosts for a person: its output, who failed, a count. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/progress.h"
#include "lib/visible.h"
#include "src/fleet/remote.h"
#include "src/fleet/report.h"

struct report {
	const struct fan_out *fan_out;
	struct progress progress;
	bool collate;
	bool on_terminal
		[2]; /* of the standard output and error: what is raw is escaped */
	size_t ok, failed, down, stopped;
};

/* Tabs stay, and so does the end of a line of ssh, which has a carriage return. */
static void write_visible(FILE *file, const char *line, size_t length)
{
	const char *end = line + length, *tab;

	if (length && end[-1] == '\r')
		end--;
	while ((tab = memchr(line, '\t', (size_t)(end - line)))) {
		visible_write(file, line, (size_t)(tab - line));
		putc_unlocked('\t', file);
		line = tab + 1;
	}
	visible_write(file, line, (size_t)(end - line));
}

static void pass_line(void *data, size_t host, bool on_error, const char *line,
		      size_t length)
{
	struct report *report = data;
	FILE *file = on_error ? stderr : stdout;

	progress_hide(&report->progress);
	if (report->collate)
		fprintf(file, "%s: ", report->fan_out->hosts->hosts[host].name);
	if (report->on_terminal[on_error])
		write_visible(file, line, length);
	else
		fwrite(line, 1, length, file);
	fputc('\n', file);
}

static void tell_failure(const struct report *report, const char *host,
			 enum fan_out_end end, int status)
{
	if (end == FAN_OUT_LATE)
		error("%s: ended after %" PRId64 " s; timeout= gives it longer", host,
		      report->fan_out->timeout);
	else if (end == FAN_OUT_DONE)
		error("%s: exit status %d", host, status);
	else
		error("%s: the connection broke before the command ended", host);
}

static void advise(const char *host, const char *why)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	if (remote_key_advice(&text, host, why))
		error("%s: %s", host, strbuf_text(&text));
}

static void note_end(void *data, size_t index, enum fan_out_end end, int status,
		     const char *why)
{
	struct report *report = data;
	const char *host = report->fan_out->hosts->hosts[index].name;

	progress_hide(&report->progress);
	if (end == FAN_OUT_DONE && !status) {
		report->ok++;
	} else if (end == FAN_OUT_DOWN) {
		report->down++;
		printf("%s: down\n", host);
		advise(host, why);
	} else if (end == FAN_OUT_STOPPED) {
		report->stopped++;
		error("%s: stopped", host);
	} else {
		report->failed++;
		tell_failure(report, host, end, status);
	}
	progress_step(&report->progress);
}

static int sum_up(const struct report *report)
{
	bool well = report->ok == report->fan_out->hosts->count;

	if (well && report->ok == 1)
		return ROCKS_DONE;
	fflush(stdout);
	fprintf(stderr, "rocks: %zu ok, %zu failed, %zu down", report->ok, report->failed,
		report->down);
	if (report->stopped)
		fprintf(stderr, ", %zu stopped", report->stopped);
	fputc('\n', stderr);
	return well ? ROCKS_DONE : ROCKS_FAILED;
}

void fan_out_take_limits(const struct invocation *invocation, struct fan_out *fan_out)
{
	const int64_t *timeout = integer_argument(invocation, "timeout");
	const int64_t *threads = integer_argument(invocation, "num-threads");

	fan_out->timeout = timeout ? *timeout : 30;
	fan_out->threads = !threads ? 128 : *threads ? *threads : THREADS_MOST;
	fan_out->x11 = boolean_argument(invocation, "x11", false);
}

int fan_out_report(const struct fan_out *fan_out, bool collate, bool raw)
{
	struct report report = { .fan_out = fan_out,
				 .collate = collate && fan_out->hosts->count > 1,
				 .on_terminal = { !raw && isatty(STDOUT_FILENO),
						  !raw && isatty(STDERR_FILENO) } };
	struct fan_out followed = *fan_out;
	int r;

	followed.line = pass_line;
	followed.ended = note_end;
	followed.data = &report;
	progress_open(&report.progress, "hosts", fan_out->hosts->count);
	r = fan_out_run(&followed);
	progress_hide(&report.progress);
	return r == ROCKS_DONE ? sum_up(&report) : r;
}
