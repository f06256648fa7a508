/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The manual pages of the commands, made from their descriptors when rocks is built. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "doc/roff.h"
#include "src/cli/commands.h"
#include "src/cli/help-text.h"
#include "src/cli/usage.h"
#include "version.h"

#define EXAMPLE_WIDTH 70 /* columns of 80, less what man indents and a backslash */

/* rocks-list-host-gpu of the words of a command. */
static void add_page_name(struct strbuf *name, const char *words, size_t length)
{
	strbuf_add_string(name, "rocks-");
	for (size_t i = 0; i < length; i++)
		strbuf_add_char(name, words[i] == ' ' ? '-' : words[i]);
}

static void add_page_name_as_roff(struct strbuf *page, const char *words, size_t length)
{
	_cleanup_strbuf_ struct strbuf name = STRBUF_EMPTY;

	add_page_name(&name, words, length);
	roff_add(page, strbuf_text(&name), name.length);
	page->error = page->error ? page->error : name.error;
}

static void add_header(struct strbuf *page, const struct command *command,
		       const char *date)
{
	_cleanup_strbuf_ struct strbuf title = STRBUF_EMPTY;

	add_page_name(&title, command->words, strlen(command->words));
	for (size_t i = 0; i < title.length; i++)
		if (title.bytes[i] >= 'a' && title.bytes[i] <= 'z')
			title.bytes[i] = (char)(title.bytes[i] - 'a' + 'A');
	strbuf_add_string(page, ".\\\" Made from the help of rocks.\n.TH \"");
	roff_add(page, strbuf_text(&title), title.length);
	strbuf_add_format(page, "\" 8 \"%s\" \"gpupt ", date);
	roff_add(page, VERSION, strlen(VERSION));
	strbuf_add_string(page, "\" \"gpupt\"\n.nh\n.ad l\n.SH NAME\n");
	add_page_name_as_roff(page, command->words, strlen(command->words));
	strbuf_add_string(page, " \\- ");
	roff_add_prose(page, command->summary, strlen(command->summary));
	page->error = page->error ? page->error : title.error;
}

static void add_synopsis(struct strbuf *page, const struct command *command)
{
	_cleanup_strbuf_ struct strbuf line = STRBUF_EMPTY;
	size_t words = strlen("rocks ") + strlen(command->words);

	help_add_synopsis(&line, command);
	strbuf_add_string(page, ".SH SYNOPSIS\n\\fB");
	roff_add(page, strbuf_text(&line), words);
	strbuf_add_string(page, "\\fR");
	roff_add(page, strbuf_text(&line) + words, line.length - words);
	strbuf_add_char(page, '\n');
	page->error = page->error ? page->error : line.error;
}

struct section {
	struct strbuf *page;
	const char *title, *before, *behind;
	bool begun;
};

static void add_entry(void *data, const struct argument *argument)
{
	struct section *section = data;
	_cleanup_strbuf_ struct strbuf help = STRBUF_EMPTY;

	if (!section->begun)
		strbuf_add_format(section->page, ".SH %s\n", section->title);
	section->begun = true;
	strbuf_add_format(section->page, ".TP\n\\fB%s", section->before);
	roff_add(section->page, argument->name, strlen(argument->name));
	strbuf_add_format(section->page, "%s\\fR\n", section->behind);
	argument_add_help(&help, argument);
	roff_add_prose(section->page, strbuf_text(&help), help.length);
	section->page->error = section->page->error ? section->page->error : help.error;
}

/* How much of a line fits: to its end, or to a blank outside of quotes, if there is one. */
static size_t fitting(const char *line, size_t length, size_t width)
{
	bool quoted = false;
	size_t fits = length;

	for (size_t i = 0; i < length && (i < width || fits == length); i++) {
		quoted ^= line[i] == '\'';
		if (length > width && line[i] == ' ' && !quoted)
			fits = i;
	}
	return fits;
}

static void add_example(struct strbuf *page, const char *line, size_t length)
{
	size_t fits = fitting(line, length, EXAMPLE_WIDTH - strlen("rocks "));

	strbuf_add_string(page, "rocks ");
	roff_add(page, line, fits);
	while (fits < length) {
		line += fits + 1;
		length -= fits + 1;
		fits = fitting(line, length, EXAMPLE_WIDTH - 4);
		strbuf_add_string(page, " \\(rs\n    ");
		roff_add(page, line, fits);
	}
	strbuf_add_char(page, '\n');
}

static void add_examples(struct strbuf *page, const char *lines)
{
	if (!lines)
		return;
	strbuf_add_string(page, ".SH EXAMPLES\n.nf\n");
	while (*lines) {
		size_t length = strcspn(lines, "\n");

		add_example(page, lines, length);
		lines += length + (lines[length] == '\n');
	}
	strbuf_add_string(page, ".fi\n");
}

static void add_see_also(struct strbuf *page, const char *related)
{
	strbuf_add_string(page, ".SH SEE ALSO\n");
	while (related && *related) {
		size_t length = strcspn(related, "\n");

		strbuf_add_string(page, ".BR ");
		add_page_name_as_roff(page, related, length);
		strbuf_add_string(page, " (8),\n");
		related += length + (related[length] == '\n');
	}
	strbuf_add_string(page, ".BR rocks (8)\n");
}

static int add_page(struct strbuf *page, const struct command *command, const char *date)
{
	struct section arguments = { page, "ARGUMENTS", "{", "}", false };
	struct section parameters = { page, "PARAMETERS", "", "=", false };
	const struct argument *argument = command->arguments;
	int r;

	add_header(page, command, date);
	add_synopsis(page, command);
	strbuf_add_string(page, ".SH DESCRIPTION\n");
	roff_add_paragraphs(page, command->help ? command->help : command->summary);
	for (; argument && argument->name; argument++)
		add_entry(&arguments, argument);
	r = help_each_parameter(command, add_entry, &parameters);
	strbuf_add_string(page, ".SH EXIT STATUS\n"
				"0 done, 1 failed, 2 wrong usage, 3 the inventory or a "
				"host could not be read.\n");
	add_examples(page, command->examples);
	add_see_also(page, command->related);
	return r < 0 ? r : page->error;
}

static int save(const char *folder, const char *name, const struct strbuf *text)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_fclose_ FILE *file = NULL;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return -ENOMEM;
	file = fopen(path, "we");
	if (!file || fputs(strbuf_text(text), file) < 0 || fflush(file) != 0)
		return -errno;
	return 0;
}

static int save_page(const char *folder, const struct command *command, const char *date)
{
	_cleanup_strbuf_ struct strbuf page = STRBUF_EMPTY, name = STRBUF_EMPTY;
	int r = add_page(&page, command, date);

	add_page_name(&name, command->words, strlen(command->words));
	strbuf_add_string(&name, ".8");
	if (r < 0 || name.error)
		return -ENOMEM;
	return save(folder, strbuf_text(&name), &page);
}

/* A command and what it does, as reStructuredText. */
static int save_list(const char *folder)
{
	_cleanup_strbuf_ struct strbuf list = STRBUF_EMPTY;

	for (size_t i = 0; i < commands_count; i++) {
		strbuf_add_format(&list, "**%s**\n    ", commands[i]->words);
		for (const char *c = commands[i]->summary; *c; c++)
			strbuf_add_format(&list, strchr("\\*`|_", *c) ? "\\%c" : "%c",
					  *c);
		strbuf_add_char(&list, '\n');
	}
	return list.error ? list.error : save(folder, "commands.rst", &list);
}

/*
 * manual FOLDER DATE writes FOLDER/rocks-list-host-gpu.8 and so on, and FOLDER/commands.rst,
 * the list that rocks(8) includes.
 */
int main(int argc, char **argv)
{
	int r;

	if (argc != 3) {
		fputs("usage: manual FOLDER DATE\n", stderr);
		return 2;
	}
	r = save_list(argv[1]);
	for (size_t i = 0; r == 0 && i < commands_count; i++)
		r = save_page(argv[1], commands[i], argv[2]);
	if (r < 0)
		fprintf(stderr, "manual: %s: %s\n", argv[1], strerror(-r));
	return r < 0;
}
