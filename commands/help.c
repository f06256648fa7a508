/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks help: the help of a command, or the usages that contain a word. */
#include <string.h>
#include <strings.h>

#include "src/cli/commands.h"
#include "src/cli/help-text.h"
#include "src/cli/usage.h"

static int print(struct strbuf *text)
{
	if (text->error)
		return memory_error();
	fputs(strbuf_text(text), stdout);
	return ROCKS_DONE;
}

/* Prints the usages that contain the words. */
static int search(const char *words)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY, usage = STRBUF_EMPTY;

	for (size_t i = 0; i < commands_count; i++) {
		strbuf_reset(&usage);
		help_add_usage(&usage, commands[i]);
		if (strcasestr(strbuf_text(&usage), words))
			strbuf_add_string(&text, strbuf_text(&usage));
	}
	if (!text.length)
		return error("no usage contains «%s»; `rocks` lists all commands", words);
	return print(&text);
}

static int run(struct invocation *invocation)
{
	_cleanup_strbuf_ struct strbuf words = STRBUF_EMPTY, text = STRBUF_EMPTY;

	for (size_t i = 0; i < invocation->many_count; i++)
		strbuf_add_format(&words, "%s%s", i ? " " : "", invocation->many[i]);
	if (words.error)
		return memory_error();
	if (!words.length) {
		help_add_list(&text, "");
		return print(&text);
	}
	for (size_t i = 0; i < commands_count; i++) {
		if (strcasecmp(commands[i]->words, strbuf_text(&words)) == 0) {
			help_add_command(&text, commands[i]);
			return print(&text);
		}
	}
	return search(strbuf_text(&words));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("word", "words of a command, or a text to look for in the usages",
		      ARGUMENT_MANY, NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_help = {
	.words = "help",
	.summary = "print the help of a command, or search the usages",
	.help = "`rocks list host gpu help` and `rocks list host gpu --help` print the "
		"help of a command, too.",
	.arguments = arguments,
	.examples = "help list host gpu\nhelp serial",
	.related = "list help",
	.flags = COMMAND_FREE,
	.run = run,
};
