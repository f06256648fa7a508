/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The usage of a command, and errors about what was typed. */
#include <stdarg.h>
#include <stdio.h>

#include "lib/text.h"
#include "src/cli/command.h"
#include "src/cli/usage.h"

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

/* Wraps a line; all lines after the first are indented by HELP_INDENT. */
static void add_hanging(struct strbuf *text, const char *line)
{
	_cleanup_strbuf_ struct strbuf wrapped = STRBUF_EMPTY;
	const char *cursor;

	text_wrap(&wrapped, line, HELP_INDENT, HELP_WIDTH);
	cursor = strbuf_text(&wrapped);
	strbuf_add_string(text, *cursor ? cursor + HELP_INDENT : cursor);
	text->error = text->error ? text->error : wrapped.error;
}

void help_add_synopsis(struct strbuf *text, const struct command *command)
{
	const struct argument *argument = command->arguments;

	strbuf_add_format(text, "rocks %s", command->words);
	for (; argument && argument->name; argument++)
		add_positional(text, argument);
	add_parameters(text, command->parameters);
	if (command->flags & COMMAND_TABLE)
		add_parameters(text, table_parameters);
}

void help_add_usage(struct strbuf *text, const struct command *command)
{
	_cleanup_strbuf_ struct strbuf line = STRBUF_EMPTY;

	strbuf_add_string(&line, "usage: ");
	help_add_synopsis(&line, command);
	add_hanging(text, strbuf_text(&line));
	text->error = text->error ? text->error : line.error;
}

int usage_error(const struct command *command, const char *format, ...)
{
	_cleanup_strbuf_ struct strbuf usage = STRBUF_EMPTY;
	va_list list;

	va_start(list, format);
	print_error_list(format, list);
	va_end(list);
	if (errors_are_caught())
		return ROCKS_USAGE;
	help_add_usage(&usage, command);
	fprintf(stderr, "%s", strbuf_text(&usage));
	return ROCKS_USAGE;
}
