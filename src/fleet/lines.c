/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the lines that hosts print and what pdsh reports on them: who has ended, and how. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "db/store/limits.h"
#include "lib/text.h"
#include "src/fleet/lines.h"
#include "src/fleet/remote.h"

#define LINE_BYTES ((size_t)1 << 20)
#define HELD_BYTES ((size_t)64 << 20) /* of lines that have not ended, of all hosts */
#define LAST_BYTES ((size_t)4096) /* of the last line of standard error, for a message */

struct fan_out_host {
	const char *name;
	size_t index; /* into the hosts of the fan-out */
	bool is_local;
	bool begun, ended;
	bool gone; /* its ssh has ended */
	/* Of its standard output and error: */
	bool blank[2];	    /* an empty line came: the mark's, unless another follows */
	bool marked[2];	    /* the mark of the command's end came */
	bool closed[2];	    /* nothing more comes */
	size_t held[2];	    /* bytes of a line that has not ended */
	size_t cut[2];	    /* bytes that were kept of such a line; 0: all */
	struct strbuf last; /* line of its standard error */
};

static int compare_hosts(const void *a, const void *b)
{
	const struct fan_out_host *const *left = a, *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

int fan_out_lines_open(struct fan_out_lines *lines, const struct fan_out *fan_out,
		       const char *tag)
{
	size_t count = fan_out->hosts->count;

	*lines = (struct fan_out_lines){ .fan_out = fan_out, .tag = tag };
	lines->hosts = calloc(count + 1, sizeof(*lines->hosts));
	lines->by_name = calloc(count + 1, sizeof(struct fan_out_host *));
	if (!lines->hosts || !lines->by_name)
		return -ENOMEM;
	lines->open_count = count;
	for (size_t i = 0; i < count; i++) {
		struct fan_out_host *host = &lines->hosts[i];

		host->name = fan_out->hosts->hosts[i].name;
		host->index = i;
		host->is_local =
			fan_out->local && strcmp(host->name, fan_out->local) == 0;
		lines->by_name[i] = host;
	}
	qsort(lines->by_name, count, sizeof(struct fan_out_host *), compare_hosts);
	return 0;
}

/* The host whose name, a colon and a blank begin a line; *line becomes the rest. */
static struct fan_out_host *find_host(struct fan_out_lines *lines, char **line)
{
	const struct fan_out_host wanted = { .name = *line }, *key = &wanted;
	char *colon = strstr(*line, ": ");
	struct fan_out_host **found;

	if (!colon)
		return NULL;
	*colon = '\0';
	found = bsearch(&key, lines->by_name, lines->fan_out->hosts->count, sizeof(key),
			compare_hosts);
	*colon = ':';
	if (!found)
		return NULL;
	lines->heard = true;
	*line = colon + 2;
	return *found;
}

static void end_host(struct fan_out_lines *lines, struct fan_out_host *host,
		     enum fan_out_end end, int status)
{
	if (host->ended)
		return;
	host->ended = true;
	lines->open_count--;
	lines->fan_out->ended(lines->fan_out->data, host->index, end, status,
			      strbuf_text(&host->last));
}

/* The host's ssh has ended without a mark from the host. */
static void end_silently(struct fan_out_lines *lines, struct fan_out_host *host)
{
	end_host(lines, host,
		 lines->stopped ? FAN_OUT_STOPPED
		 : host->begun	? FAN_OUT_LOST
				: FAN_OUT_DOWN,
		 0);
}

static void keep_last(struct fan_out_host *host, const char *line, size_t length)
{
	strbuf_reset(&host->last);
	strbuf_add(&host->last, line, length < LAST_BYTES ? length : LAST_BYTES);
}

static void pass(struct fan_out_lines *lines, struct fan_out_host *host, bool on_error,
		 const char *line, size_t length)
{
	/* ssh ends its own lines with CR LF, for a terminal in raw mode. */
	if (on_error && *line)
		keep_last(host, line, strcspn(line, "\r"));
	lines->fan_out->line(lines->fan_out->data, host->index, on_error, line, length);
}

/* What follows this run's mark and tag in a line; NULL when there is none. */
static char *find_mark(const struct fan_out_lines *lines, char *line, size_t length,
		       char **ret_sign)
{
	size_t tag = strlen(lines->tag);
	char *end = line + length;

	while ((line = memchr(line, *REMOTE_MARK, (size_t)(end - line)))) {
		if (strncmp(line + 1, lines->tag, tag) == 0) {
			*ret_sign = line + 1 + tag;
			return line;
		}
		line++;
	}
	return NULL;
}

static void take_mark(struct fan_out_lines *lines, struct fan_out_host *host,
		      bool on_error, const char *sign)
{
	int64_t status = 0;
	bool late = strcmp(sign, "-" REMOTE_LATE) == 0;

	host->begun = true;
	if (*sign != '-' || (!late && text_parse_integer(sign + 1, 0, 255, &status) < 0))
		return;
	host->marked[on_error] = true;
	if (host->marked[!on_error])
		end_host(lines, host,
			 lines->stopped && (late || status) ? FAN_OUT_STOPPED
			 : late				    ? FAN_OUT_LATE
							    : FAN_OUT_DONE,
			 (int)status);
}

static void take_output(struct fan_out_lines *lines, struct fan_out_host *host,
			bool on_error, char *line, size_t length)
{
	char *sign, *mark = find_mark(lines, line, length, &sign);
	/* What the start-up files of the user's shell print is not part of the answer. */
	bool foreign = lines->fan_out->own && !on_error && !host->begun;

	if (foreign && mark)
		take_mark(lines, host, on_error, sign);
	if (foreign)
		return;
	if (mark) {
		length = (size_t)(mark - line);
		*mark = '\0';
	}
	if (host->blank[on_error] && (!mark || length || *sign == '+'))
		pass(lines, host, on_error, "", 0);
	host->blank[on_error] = !mark && !length;
	if (length)
		pass(lines, host, on_error, line, length);
	if (mark)
		take_mark(lines, host, on_error, sign);
}

/* pdsh kills the ssh now: neither it nor the host kept its own deadline. */
static void pass_late(struct fan_out_lines *lines, struct fan_out_host *host)
{
	char text[DB_NAME_LENGTH + 64];
	const char *line;

	snprintf(text, sizeof(text), "%s: no answer within %" PRId64 " s", host->name,
		 lines->fan_out->timeout + FAN_OUT_GRACE);
	pass(lines, host, true, text, strlen(text));
	line = text + strlen(host->name) + strlen(": ");
	keep_last(host, line, strlen(line));
}

/* An ssh has ended; its host ends after all its output is read. */
static void end_if_gone(struct fan_out_lines *lines, struct fan_out_host *host)
{
	if (host->gone && host->closed[false] && host->closed[true])
		end_silently(lines, host);
}

void fan_out_lines_note_end(struct fan_out_lines *lines, size_t host, bool on_error)
{
	lines->hosts[host].closed[on_error] = true;
	end_if_gone(lines, &lines->hosts[host]);
}

/*
 * A line of pdsh: its own name, then the host's. Without its own name it is from an sh
 * that could not begin.
 */
static void take_notice(struct fan_out_lines *lines, char *line, size_t length)
{
	bool own = strncmp(line, "pdsh@", 5) == 0;
	char *rest = own ? strstr(line, ": ") : line;
	struct fan_out_host *host;

	if (!rest)
		return;
	if (own)
		rest += 2;
	host = find_host(lines, &rest);
	if (!own && host) {
		pass(lines, host, true, rest, length - (size_t)(rest - line));
	} else if (!own) {
		return;
	} else if (!host) {
		strbuf_reset(&lines->complaint);
		strbuf_add_string(&lines->complaint, rest);
	} else if (strstr(rest, " exited with exit code ") ||
		   strstr(rest, " killed by signal ")) {
		host->gone = true;
		end_if_gone(lines, host);
	} else if (strcmp(rest, "command timeout") == 0) {
		pass_late(lines, host);
	} else {
		keep_last(host, rest, strlen(rest));
	}
}

/* Reports the beginning of a line that is too long, and that it was cut. */
static void take_line(struct fan_out_lines *lines, struct fan_out_host *host,
		      bool on_error, char *line, size_t length)
{
	size_t most = host->cut[on_error] ? host->cut[on_error] : LINE_BYTES;
	bool cut = host->cut[on_error] || length > most;

	host->cut[on_error] = 0;
	if (cut && length > most)
		line[length = most] = '\0';
	take_output(lines, host, on_error, line, length);
	if (cut && most == LINE_BYTES)
		error("%s: a line longer than 1 MiB was cut", host->name);
	else if (cut)
		error("%s: a line longer than %zu KiB was cut, since the hosts together "
		      "printed more than %zu MiB of lines without an end; ask fewer "
		      "hosts at once",
		      host->name, most >> 10, HELD_BYTES >> 20);
}

/* Consumes the complete lines of a text; host is NULL for pdsh's own. */
static void take_complete(struct fan_out_lines *lines, struct strbuf *text,
			  struct fan_out_host *host, bool on_error)
{
	char *start = text->bytes, *end;
	size_t left = text->length;

	while (left && (end = memchr(start, '\n', left))) {
		size_t length = (size_t)(end - start);

		*end = '\0';
		left -= length + 1;
		if (host)
			take_line(lines, host, on_error, start, length);
		else
			take_notice(lines, start, length);
		start = end + 1;
	}
	if (left < text->length) {
		memmove(text->bytes, start, left);
		text->bytes[left] = '\0';
		text->length = left;
	}
}

/* A host's part of what all may hold, for each of its two streams. */
static size_t share(const struct fan_out_lines *lines)
{
	return HELD_BYTES / (2 * lines->fan_out->hosts->count);
}

/* Drops the end of a line that has not ended and is too long. */
static void bound(struct fan_out_lines *lines, struct strbuf *text,
		  struct fan_out_host *host, bool on_error)
{
	size_t most = LINE_BYTES;

	if (lines->held + text->length > HELD_BYTES && share(lines) < most)
		most = share(lines);
	if (host->cut[on_error] && host->cut[on_error] < most)
		most = host->cut[on_error];
	if (text->length <= most)
		return;
	host->cut[on_error] = most;
	text->length = most;
	text->bytes[most] = '\0';
}

int fan_out_lines_take(struct fan_out_lines *lines, struct strbuf *text, size_t host,
		       bool on_error)
{
	struct fan_out_host *of = &lines->hosts[host];

	lines->heard = lines->heard || !of->is_local;
	lines->held -= of->held[on_error];
	take_complete(lines, text, of, on_error);
	bound(lines, text, of, on_error);
	of->held[on_error] = text->length;
	lines->held += text->length;
	strbuf_fit(text);
	return text->error;
}

int fan_out_lines_take_notices(struct fan_out_lines *lines, struct strbuf *text)
{
	take_complete(lines, text, NULL, true);
	return text->error;
}

void fan_out_lines_refuse(struct fan_out_lines *lines, size_t host, const char *why)
{
	pass(lines, &lines->hosts[host], true, why, strlen(why));
	end_host(lines, &lines->hosts[host], FAN_OUT_DOWN, 0);
}

void fan_out_lines_close(struct fan_out_lines *lines)
{
	for (size_t i = 0; i < lines->fan_out->hosts->count; i++)
		end_silently(lines, &lines->hosts[i]);
}

void fan_out_lines_release(struct fan_out_lines *lines)
{
	for (size_t i = 0; lines->hosts && i < lines->fan_out->hosts->count; i++)
		strbuf_release(&lines->hosts[i].last);
	free(lines->hosts);
	free(lines->by_name);
	strbuf_release(&lines->complaint);
}
