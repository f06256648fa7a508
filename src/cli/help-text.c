/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The help of a command, made from its descriptor. */
#include <string.h>

#include "lib/text.h"
#include "src/cli/help-text.h"
#include "src/cli/usage.h"

static void tell_list(const struct argument *list,
		      void (*each)(void *data, const struct argument *argument),
		      void *data)
{
	for (; list && list->name; list++)
		each(data, list);
}

/* The parameter file= of a command with an ARGUMENT_FILE. */
static int tell_file(const struct argument *arguments,
		     void (*each)(void *data, const struct argument *argument),
		     void *data)
{
	struct argument file = ARGUMENT_TEXT(FILE_PARAMETER, NULL, 0, PATH);
	_cleanup_strbuf_ struct strbuf help = STRBUF_EMPTY;

	while (arguments && arguments->name && !(arguments->flags & ARGUMENT_FILE))
		arguments++;
	if (!arguments || !arguments->name)
		return 0;
	strbuf_add_format(&help,
			  "in place of {%s}: the file that holds it, of at most %d MiB, "
			  "read to the last byte, newlines included; - for stdin",
			  arguments->name, ARGUMENT_MOST_MIB);
	file.help = strbuf_text(&help);
	each(data, &file);
	return help.error;
}

int help_each_parameter(const struct command *command,
			void (*each)(void *data, const struct argument *argument),
			void *data)
{
	int r = tell_file(command->arguments, each, data);

	tell_list(command->parameters, each, data);
	if (command->flags & COMMAND_TABLE)
		tell_list(table_parameters, each, data);
	return r;
}

/* A section of names, each with its help indented below it. */
struct section {
	struct strbuf *text;
	const char *title;
	bool positional, begun;
};

static void add_entry(void *data, const struct argument *argument)
{
	struct section *section = data;
	_cleanup_strbuf_ struct strbuf help = STRBUF_EMPTY;

	if (!section->begun)
		strbuf_add_format(section->text, "\n%s\n", section->title);
	section->begun = true;
	strbuf_add_format(section->text, "%*s", HELP_INDENT, "");
	strbuf_add_format(section->text, section->positional ? "{%s}\n" : "%s=\n",
			  argument->name);
	argument_add_help(&help, argument);
	text_wrap(section->text, strbuf_text(&help), 2 * HELP_INDENT, HELP_WIDTH);
	section->text->error = section->text->error ? section->text->error : help.error;
}

/* Appends each of the lines, indented and with rocks in front. */
static void add_lines(struct strbuf *text, const char *title, const char *lines)
{
	if (!lines)
		return;
	strbuf_add_format(text, "\n%s\n", title);
	while (*lines) {
		size_t length = strcspn(lines, "\n");

		strbuf_add_format(text, "%*srocks ", HELP_INDENT, "");
		strbuf_add(text, lines, length);
		strbuf_add_char(text, '\n');
		lines += length + (lines[length] == '\n');
	}
}

void help_add_command(struct strbuf *text, const struct command *command)
{
	struct section arguments = { text, "Arguments:", true, false };
	struct section parameters = { text, "Parameters:", false, false };
	int r;

	help_add_usage(text, command);
	strbuf_add_char(text, '\n');
	text_wrap(text, command->summary, 0, HELP_WIDTH);
	if (command->help) {
		strbuf_add_char(text, '\n');
		text_wrap(text, command->help, 0, HELP_WIDTH);
	}
	tell_list(command->arguments, add_entry, &arguments);
	r = help_each_parameter(command, add_entry, &parameters);
	text->error = text->error ? text->error : r;
	add_lines(text, "Examples:", command->examples);
	add_lines(text, "Related:", command->related);
}
