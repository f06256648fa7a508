/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks: find the command, check its arguments, run it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/interrupt.h"
#include "src/cli/commands.h"
#include "src/cli/help-text.h"
#include "src/rocks/batch/batch.h"
#include "src/rocks/complete/complete.h"
#include "src/rocks/dispatch/arguments.h"
#include "src/rocks/dispatch/file-argument.h"
#include "src/rocks/dispatch/find.h"
#include "src/rocks/dispatch/gone.h"
#include "src/rocks/dispatch/run.h"
#include "src/rocks/dispatch/site.h"
#include "version.h"

struct options {
	const char *database;
	const char *batch; /* its file, or NULL */
	bool named, help, version;
};

static int print_help(const struct command *command)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	if (command)
		help_add_command(&text, command);
	else
		help_add_list(&text, "");
	if (text.error)
		return memory_error();
	fputs(strbuf_text(&text), stdout);
	return flush_output();
}

/* Takes the options in front of the words; *used is how many of argv they took. */
static int take_options(char **argv, size_t count, struct options *options, size_t *used)
{
	size_t i = 0;

	for (; i < count && argv[i][0] == '-' && argv[i][1]; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			options->help = true;
		else if (strcmp(argv[i], "--version") == 0)
			options->version = true;
		else if (strncmp(argv[i], "--db=", 5) == 0 && argv[i][5])
			options->database = argv[i] + 5;
		else if (strcmp(argv[i], "--db") == 0 && i + 1 < count && *argv[i + 1])
			options->database = argv[++i];
		else if (strncmp(argv[i], "--batch=", 8) == 0 && argv[i][8])
			options->batch = argv[i] + 8;
		else if (strcmp(argv[i], "--batch") == 0 && i + 1 < count && *argv[i + 1])
			options->batch = argv[++i];
		else
			break;
	}
	*used = i;
	if (i < count && argv[i][0] == '-') {
		error("unknown option %s; the options are --batch FILE, --db FILE, "
		      "--help and --version",
		      argv[i]);
		return ROCKS_USAGE;
	}
	return ROCKS_DONE;
}

static void find_database(struct options *options)
{
	const char *environment = getenv("ROCKS_DB");

	/* A site's own command must see the same inventory. */
	if (options->database)
		setenv("ROCKS_DB", options->database, 1);
	else if (environment && *environment)
		options->database = environment;
	options->named = options->database != NULL;
	if (!options->named)
		options->database = DB_DEFAULT_PATH;
}

static int run_words(char **words, size_t count, const struct options *options)
{
	struct found found = find_command(words, count);
	struct invocation invocation = { .command = found.command };
	_cleanup_free_ char *text = NULL;
	int r = run_site_command(words, count, found.words);

	if (r == ROCKS_DONE)
		r = explain_gone(words, count, found.words);
	if (r != ROCKS_DONE)
		return r;
	if (!found.command)
		return explain_unknown(words, count);
	words += found.used;
	count -= found.used;
	if (options->help || asks_for_help(found.command, words, count))
		return print_help(found.command);
	r = parse_arguments(&invocation, words, count);
	if (r == ROCKS_DONE && invocation.file) {
		r = read_file(found.command, invocation.file, &text);
		*file_slot(&invocation) = text;
	}
	if (r != ROCKS_DONE)
		return r;
	return run_command(&invocation, options->database, options->named);
}

static int run_lines(char **words, size_t count, const struct options *options)
{
	struct batch_options batch = { .file = options->batch };
	int r = batch_take_options(words, count, &batch);

	if (r != ROCKS_DONE)
		return r;
	return run_batch(&batch, options->database, options->named);
}

static int run(char **argv, size_t count)
{
	struct options options = { 0 };
	size_t used;
	int r;

	if (count && strcmp(argv[1], "--complete") == 0)
		return complete(argv + 2, count - 1);
	/* A write beyond the limit of file sizes fails, and is reported as any other. */
	signal(SIGXFSZ, SIG_IGN);
	r = take_options(argv + 1, count, &options, &used);
	if (r != ROCKS_DONE)
		return r;
	if (options.version) {
		puts("rocks " VERSION);
		return flush_output();
	}
	if (used == count && (!options.batch || options.help))
		return print_help(NULL);
	find_database(&options);
	if (options.batch)
		return run_lines(argv + 1 + used, count - used, &options);
	return run_words(argv + 1 + used, count - used, &options);
}

int main(int argc, char **argv)
{
	int r = run(argv, argc > 0 ? (size_t)argc - 1 : 0);

	interrupt_repeat();
	return r;
}
