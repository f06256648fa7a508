/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading what pdsh prints: lines with their host in front, and who has ended. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "commands/fan-out-lines.h"
#include "commands/remote.h"
#include "db/limits.h"
#include "lib/text.h"

/* pdsh 2.34 cuts off what is beyond about 128 KiB of a line, without a word. */
#define LINE_BYTES (127 << 10)

struct fan_out_host {
	const char *name;
	size_t index; /* into the hosts of the fan-out */
	bool begun, ended;
	/* Of its standard output and error: */
	bool blank[2];	    /* an empty line came: the mark's, unless another follows */
	bool marked[2];	    /* the mark of the command's end came */
	struct strbuf last; /* line of its standard error */
	/*
	 * pdsh prints neither what follows a NUL byte in a line nor the line's end: the
	 * next line, of any host, is behind it. Whose line seems to have this one's.
	 */
	struct fan_out_host *cut[2];
	bool told; /* that it lost something so */
};

static int compare_hosts(const void *a, const void *b)
{
	const struct fan_out_host *left = a, *right = b;

	return strcmp(left->name, right->name);
}

int fan_out_lines_open(struct fan_out_lines *lines, const struct fan_out *fan_out,
		       const char *tag)
{
	size_t count = fan_out->hosts->count;

	*lines = (struct fan_out_lines){ .fan_out = fan_out, .tag = tag };
	lines->hosts = calloc(count + 1, sizeof(*lines->hosts));
	if (!lines->hosts)
		return -ENOMEM;
	lines->open_count = count;
	for (size_t i = 0; i < count; i++) {
		lines->hosts[i].name = fan_out->hosts->hosts[i].name;
		lines->hosts[i].index = i;
	}
	qsort(lines->hosts, count, sizeof(*lines->hosts), compare_hosts);
	return 0;
}

/* The host whose name, a colon and a blank are in front of a line; *line is what follows. */
static struct fan_out_host *find_host(struct fan_out_lines *lines, char **line)
{
	struct fan_out_host wanted = { .name = *line }, *found;
	char *colon = strstr(*line, ": ");

	if (!colon)
		return NULL;
	*colon = '\0';
	found = bsearch(&wanted, lines->hosts, lines->fan_out->hosts->count,
			sizeof(wanted), compare_hosts);
	*colon = ':';
	if (found) {
		lines->heard = true;
		*line = colon + 2;
	}
	return found;
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

/* The host's ssh has ended without a word from the host's own shell. */
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
	strbuf_add(&host->last, line, length);
}

static void pass(struct fan_out_lines *lines, struct fan_out_host *host, bool on_error,
		 const char *line, size_t length)
{
	/* ssh ends its own lines as a terminal in raw mode needs them. */
	if (on_error && *line)
		keep_last(host, line, strcspn(line, "\r"));
	lines->fan_out->line(lines->fan_out->data, host->index, on_error, line, length);
	if (length >= LINE_BYTES)
		error("%s: a line longer than 127 KiB was cut, or almost", host->name);
}

/* The mark of this run in a line, and what follows its tag; NULL when there is none. */
static char *find_mark(const struct fan_out_lines *lines, char *line, char **ret_sign)
{
	size_t length = strlen(lines->tag);

	while ((line = strchr(line, *REMOTE_MARK))) {
		if (strncmp(line + 1, lines->tag, length) == 0) {
			*ret_sign = line + 1 + length;
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
	char *sign, *mark = find_mark(lines, line, &sign);
	/* What the start-up files of the user's shell print is no answer. */
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

/* pdsh ends the ssh now: neither it nor the host has kept to its own time. */
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

/* What pdsh itself says: that an ssh has ended, with the host behind pdsh's own name. */
static void take_notice(struct fan_out_lines *lines, char *line)
{
	struct fan_out_host *host;
	char *rest = strstr(line, ": ");

	if (strncmp(line, "pdsh@", 5) != 0 || !rest)
		return;
	rest += 2;
	host = find_host(lines, &rest);
	if (!host) {
		strbuf_reset(&lines->complaint);
		strbuf_add_string(&lines->complaint, rest);
	} else if (strstr(rest, " exited with exit code ") ||
		   strstr(rest, " killed by signal ")) {
		end_silently(lines, host);
	} else if (strcmp(rest, "command timeout") == 0) {
		pass_late(lines, host);
	} else {
		keep_last(host, rest, strlen(rest));
	}
}

static struct fan_out_host *host_at(struct fan_out_lines *lines, size_t index)
{
	for (size_t i = 0; i < lines->fan_out->hosts->count; i++)
		if (lines->hosts[i].index == index)
			return &lines->hosts[i];
	return NULL;
}

/* The host whose name, a colon and a blank end at a place of a line, as in front of one. */
static struct fan_out_host *host_before(struct fan_out_lines *lines, const char *line,
					const char *end)
{
	struct fan_out_host *found = NULL;
	size_t longest = 0;

	if (end - line < 2 || end[-1] != ' ' || end[-2] != ':')
		return NULL;
	end -= 2;
	for (size_t i = 0; i < lines->fan_out->hosts->count; i++) {
		size_t length = strlen(lines->hosts[i].name);

		if (length > longest && length <= (size_t)(end - line) &&
		    memcmp(end - length, lines->hosts[i].name, length) == 0) {
			found = &lines->hosts[i];
			longest = length;
		}
	}
	return found;
}

static void tell_loss(struct fan_out_host *host)
{
	if (!host->told)
		error("%s: it printed a NUL byte, and pdsh loses the rest of such a "
		      "line; behind the command `| tr '\\0' ' '` keeps it",
		      host->name);
	host->told = true;
}

/*
 * A line of pdsh. A mark is at the beginning of a line, and behind an empty one when the
 * command has ended: where it is not, its line or the empty one is behind a cut line.
 */
static void take_labelled(struct fan_out_lines *lines, struct fan_out_host *host,
			  bool on_error, char *line, size_t length)
{
	char *sign, *mark = find_mark(lines, line, &sign);
	struct fan_out_host *next = host_before(lines, line, mark ? mark : line + length);

	if (mark && next && (next != host || host->begun)) {
		length = (size_t)(mark - line) - strlen(next->name) - strlen(": ");
		line[length] = '\0';
		take_output(lines, host, on_error, line, length);
		tell_loss(host);
		take_output(lines, next, on_error, mark, strlen(mark));
		return;
	}
	if (mark == line && *sign == '-' && !host->blank[on_error] && host->cut[on_error])
		tell_loss(host->cut[on_error]);
	host->cut[on_error] = NULL;
	if (next && !mark)
		next->cut[on_error] = host;
	take_output(lines, host, on_error, line, length);
}

static void take_line(struct fan_out_lines *lines, size_t index, char *line,
		      size_t length, bool on_error)
{
	const char *start = line;
	struct fan_out_host *host =
		index == FAN_OUT_MANY ? find_host(lines, &line) : host_at(lines, index);

	length -= (size_t)(line - start);
	if (host && index == FAN_OUT_MANY)
		take_labelled(lines, host, on_error, line, length);
	else if (host)
		take_output(lines, host, on_error, line, length);
	else if (on_error)
		take_notice(lines, line);
}

int fan_out_lines_take(struct fan_out_lines *lines, struct strbuf *text, size_t host,
		       bool on_error)
{
	char *start = text->bytes, *end;
	size_t left = text->length;

	while (left && (end = memchr(start, '\n', left))) {
		*end = '\0';
		left -= (size_t)(end + 1 - start);
		take_line(lines, host, start, (size_t)(end - start), on_error);
		start = end + 1;
	}
	if (start != text->bytes) {
		memmove(text->bytes, start, left);
		text->bytes[left] = '\0';
		text->length = left;
	}
	return text->error;
}

void fan_out_lines_refuse(struct fan_out_lines *lines, size_t host, const char *why)
{
	pass(lines, host_at(lines, host), true, why, strlen(why));
	end_host(lines, host_at(lines, host), FAN_OUT_DOWN, 0);
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
	strbuf_release(&lines->complaint);
}
