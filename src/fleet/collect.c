/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks many hosts: what each of them printed, or why it did not answer. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "db/store/limits.h"
#include "lib/progress.h"
#include "src/fleet/collect.h"
#include "src/fleet/fan-out.h"
#include "src/fleet/hosts.h"
#include "src/fleet/remote.h"

#define MOST_MIB 16 /* of an answer, by default */
/*
 * MiB of the answers of all hosts together. Beyond it a host may still print its share, so
 * that those that print too much cost the others nothing.
 */
#define TOGETHER 64
/* Seconds a host may take: to report what it has, and to do something large. */
#define LOOKING 30
#define WORKING 120
#define THREADS 128

/* A shell's exit status when it does not find the program. */
#define NOT_FOUND 127

/* What a host has printed so far. */
struct printed {
	struct strbuf text;
	enum { IN_BOUNDS, TOO_LONG, TOO_LONG_TOGETHER } bounds;
};

struct collection {
	struct answers *answers;
	struct printed *printed; /* of each host */
	size_t together;	 /* bytes of all texts */
	struct progress progress;
	const char *program;
	const struct collect_options *options;
	const struct host_set *hosts;
	bool failed; /* out of memory */
};

void answers_release(struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++) {
		free(answers->list[i].text);
		free(answers->list[i].why);
	}
	free(answers->list);
	*answers = (struct answers){ 0 };
}

static size_t most_mib(const struct collection *collection)
{
	return collection->options->most_mib ? collection->options->most_mib : MOST_MIB;
}

static size_t share(const struct collection *collection)
{
	return ((size_t)TOGETHER << 20) / collection->hosts->count;
}

/* Judges a text that has grown; what is refused takes no memory any longer. */
static void judge(struct collection *collection, struct printed *printed)
{
	if (printed->text.length > most_mib(collection) << 20)
		printed->bounds = TOO_LONG;
	else if (collection->together > (size_t)TOGETHER << 20 &&
		 printed->text.length > share(collection))
		printed->bounds = TOO_LONG_TOGETHER;
	if (printed->bounds == IN_BOUNDS)
		return;
	collection->together -= printed->text.length;
	strbuf_release(&printed->text);
}

/* Answers are text: drops NUL bytes. */
static void add_line(void *data, size_t host, bool on_error, const char *line,
		     size_t length)
{
	struct collection *collection = data;
	struct printed *printed = &collection->printed[host];
	size_t before = printed->text.length;

	(void)length;
	if (on_error || printed->bounds != IN_BOUNDS)
		return;
	if (collection->options->line) {
		collection->options->line(collection->options->data, line);
		return;
	}
	strbuf_add_format(&printed->text, "%s\n", line);
	collection->together += printed->text.length - before;
	judge(collection, printed);
}

static void explain_down(const char *host, const char *why, struct strbuf *text)
{
	strbuf_add_string(text, "down: ");
	if (!remote_key_advice(text, host, why))
		strbuf_add_string(text, *why ? why : "ssh said nothing");
}

static void explain_bounds(const struct collection *collection,
			   const struct printed *printed, struct strbuf *text)
{
	if (printed->bounds == TOO_LONG)
		strbuf_add_format(text, "it printed more than %zu MiB",
				  most_mib(collection));
	else
		strbuf_add_format(text,
				  "the hosts together printed more than %d MiB, and it "
				  "more than its share of that, %zu KiB; ask fewer hosts "
				  "at once",
				  TOGETHER, share(collection) >> 10);
}

static void explain(const struct collection *collection, enum fan_out_end end, int status,
		    const char *why, struct strbuf *text)
{
	if (end == FAN_OUT_STOPPED)
		strbuf_add_string(text, "stopped");
	else if (end == FAN_OUT_LOST)
		strbuf_add_string(text, "the connection broke before it had answered");
	else if (end == FAN_OUT_LATE)
		strbuf_add_format(text, "%s took longer than %" PRId64 " s there",
				  collection->program, collection->options->seconds);
	else if (status == NOT_FOUND && !collection->options->is_script)
		strbuf_add_format(text, "it has no %s; install it there",
				  collection->program);
	else
		strbuf_add_format(text, "%s failed there with status %d%s%s",
				  collection->program, status, *why ? ": " : "", why);
}

static void take_end(void *data, size_t host, enum fan_out_end end, int status,
		     const char *why)
{
	struct collection *collection = data;
	struct answer_of_host *answer = &collection->answers->list[host];
	struct printed *printed = &collection->printed[host];
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	answer->asked = end == FAN_OUT_DONE || end == FAN_OUT_LATE;
	if (end == FAN_OUT_DONE && !status && printed->bounds == IN_BOUNDS) {
		strbuf_add_string(&printed->text, "");
		answer->text = strbuf_take(&printed->text);
	} else if (end == FAN_OUT_DONE && !status) {
		explain_bounds(collection, printed, &text);
		answer->why = strbuf_take(&text);
	} else if (end == FAN_OUT_DOWN) {
		explain_down(collection->hosts->hosts[host].name, why, &text);
		answer->why = strbuf_take(&text);
	} else {
		explain(collection, end, status, why, &text);
		answer->why = strbuf_take(&text);
	}
	collection->failed |= !answer->text && !answer->why;
	progress_step(&collection->progress);
}

static int run(const struct context *context, const struct host_set *hosts,
	       const char *command, struct collection *collection)
{
	_cleanup_free_ char *ssh = NULL, *local = NULL;
	struct fan_out fan_out = { .hosts = hosts,
				   .command = command,
				   .own = true,
				   .timeout = collection->options->seconds,
				   .threads = THREADS,
				   .line = add_line,
				   .ended = take_end,
				   .data = collection };
	int r = fan_out_ssh(context, &ssh);

	if (r == ROCKS_DONE)
		r = find_local_host(context, &local);
	if (r != ROCKS_DONE)
		return r;
	fan_out.ssh = ssh;
	fan_out.local = local;
	progress_open(&collection->progress, "hosts have answered", hosts->count);
	r = fan_out_run(&fan_out);
	progress_hide(&collection->progress);
	return r == ROCKS_DONE && collection->failed ? memory_error() : r;
}

int collect_with(const struct context *context, const struct host_set *hosts,
		 const char *command, const char *program,
		 const struct collect_options *options, struct answers *ret_answers)
{
	_cleanup_answers_ struct answers answers = { 0 };
	struct collection collection = { .answers = &answers,
					 .program = program,
					 .options = options,
					 .hosts = hosts };
	int r = ROCKS_DONE;

	if (!hosts->count)
		return r;
	answers.list = calloc(hosts->count, sizeof(*answers.list));
	collection.printed = calloc(hosts->count, sizeof(*collection.printed));
	answers.count = answers.list ? hosts->count : 0;
	if (answers.list && collection.printed)
		r = run(context, hosts, command, &collection);
	else
		r = memory_error();
	for (size_t i = 0; collection.printed && i < hosts->count; i++)
		strbuf_release(&collection.printed[i].text);
	free(collection.printed);
	if (r == ROCKS_DONE) {
		*ret_answers = answers;
		answers = (struct answers){ 0 };
	}
	return r;
}

int collect(const struct context *context, const struct host_set *hosts,
	    const char *command, const char *program, struct answers *ret_answers)
{
	static const struct collect_options options = { .seconds = WORKING };

	return collect_with(context, hosts, command, program, &options, ret_answers);
}

int collect_facts(const struct context *context, const struct host_set *hosts,
		  const char *command, const char *program, struct answers *ret_answers)
{
	static const struct collect_options options = { .seconds = LOOKING };

	return collect_with(context, hosts, command, program, &options, ret_answers);
}

int collect_scans(const struct context *context, const struct host_set *hosts,
		  struct answers *ret_answers)
{
	static const struct collect_options options = { .seconds = LOOKING,
							.most_mib = DB_SCAN_MIB_MOST };

	return collect_with(context, hosts, "gpupci --list --json", "gpupci", &options,
			    ret_answers);
}
