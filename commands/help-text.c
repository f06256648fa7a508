/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The help of a command, made from its descriptor. */
#include <string.h>

#include "commands/commands.h"
#include "commands/help-text.h"
#include "lib/text.h"

#define WIDTH 79
#define INDENT 4

static void add_positional(struct strbuf *line, const struct argument *argument)
{
	const char *more = argument->flags & ARGUMENT_MANY ? "..." : "";

	if (argument->flags & ARGUMENT_REQUIRED)
		strbuf_add_format(line, " {%s}%s", argument->name, more);
	else
		strbuf_add_format(line, " [%s]%s", argument->name, more);
	if (argument->flags & ARGUMENT_FILE)
		strbuf_add_string(line, "|" FILE_PARAMETER "=");
}

static void add_parameters(struct strbuf *line, const struct argument *parameters)
{
	for (; parameters && parameters->name; parameters++)
		strbuf_add_format(
			line, parameters->flags & ARGUMENT_REQUIRED ? " %s=" : " [%s=]",
			parameters->name);
}

/* Wraps with the lines after the first hung in by INDENT. */
static void add_hanging(struct strbuf *text, const char *line)
{
	_cleanup_strbuf_ struct strbuf wrapped = STRBUF_EMPTY;
	const char *cursor;

	text_wrap(&wrapped, line, INDENT, WIDTH);
	cursor = strbuf_text(&wrapped);
	strbuf_add_string(text, *cursor ? cursor + INDENT : cursor);
	text->error = text->error ? text->error : wrapped.error;
}

void help_add_usage(struct strbuf *text, const struct command *command)
{
	_cleanup_strbuf_ struct strbuf line = STRBUF_EMPTY;
	const struct argument *argument = command->arguments;

	strbuf_add_format(&line, "usage: rocks %s", command->words);
	for (; argument && argument->name; argument++)
		add_positional(&line, argument);
	add_parameters(&line, command->parameters);
	if (command->flags & COMMAND_TABLE)
		add_parameters(&line, table_parameters);
	add_hanging(text, strbuf_text(&line));
	text->error = text->error ? text->error : line.error;
}

static void add_section(struct strbuf *text, const char *title,
			const struct argument *arguments, const char *format)
{
	if (!arguments || !arguments->name)
		return;
	if (title)
		strbuf_add_format(text, "\n%s\n", title);
	for (; arguments->name; arguments++) {
		char name[64];

		snprintf(name, sizeof(name),
			 format[0] == '{' ? "{%s}" : "%s=", arguments->name);
		strbuf_add_format(text, "%*s%s\n", INDENT, "", name);
		text_wrap(text, arguments->help, 2 * INDENT, WIDTH);
	}
}

/* The parameter that a positional with ARGUMENT_FILE brings: whether there is one. */
static bool add_file_parameter(struct strbuf *text, const struct argument *arguments)
{
	_cleanup_strbuf_ struct strbuf help = STRBUF_EMPTY;
	struct argument parameter[] = { { FILE_PARAMETER, NULL, 0 }, { NULL, NULL, 0 } };

	while (arguments && arguments->name && !(arguments->flags & ARGUMENT_FILE))
		arguments++;
	if (!arguments || !arguments->name)
		return false;
	strbuf_add_format(&help,
			  "in place of {%s}: the file that holds it, of at most %d MiB; "
			  "taken to the last byte, a newline too; - for stdin",
			  arguments->name, ARGUMENT_MOST_MIB);
	parameter->help = strbuf_text(&help);
	add_section(text, "Parameters:", parameter, "=");
	text->error = text->error ? text->error : help.error;
	return true;
}

/* Lines of a text, each indented; rocks in front. */
static void add_lines(struct strbuf *text, const char *title, const char *lines)
{
	if (!lines)
		return;
	strbuf_add_format(text, "\n%s\n", title);
	while (*lines) {
		size_t length = strcspn(lines, "\n");

		strbuf_add_format(text, "%*srocks ", INDENT, "");
		strbuf_add(text, lines, length);
		strbuf_add_char(text, '\n');
		lines += length + (lines[length] == '\n');
	}
}

void help_add_command(struct strbuf *text, const struct command *command)
{
	bool own = command->parameters && command->parameters->name, file;

	help_add_usage(text, command);
	strbuf_add_char(text, '\n');
	text_wrap(text, command->summary, 0, WIDTH);
	if (command->help) {
		strbuf_add_char(text, '\n');
		text_wrap(text, command->help, 0, WIDTH);
	}
	add_section(text, "Arguments:", command->arguments, "{");
	file = add_file_parameter(text, command->arguments);
	add_section(text, file ? NULL : "Parameters:", command->parameters, "=");
	if (command->flags & COMMAND_TABLE)
		add_section(text, own || file ? NULL : "Parameters:", table_parameters,
			    "=");
	add_lines(text, "Examples:", command->examples);
	add_lines(text, "Related:", command->related);
}

void help_add_list(struct strbuf *text, const char *prefix)
{
	size_t length = strlen(prefix), widest = 0;

	for (size_t i = 0; i < commands_count; i++)
		if (strlen(commands[i]->words) > widest)
			widest = strlen(commands[i]->words);
	for (size_t i = 0; i < commands_count; i++) {
		const struct command *command = commands[i];

		if (strncmp(command->words, prefix, length) == 0 &&
		    (!length || command->words[length] == ' ' || !command->words[length]))
			strbuf_add_format(text, "%-*s  %s\n", (int)widest, command->words,
					  command->summary);
	}
}
