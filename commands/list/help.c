/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list help: the usage of every command. */
#include "src/cli/commands.h"
#include "src/cli/usage.h"

static int run(struct invocation *invocation)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	(void)invocation;
	for (size_t i = 0; i < commands_count; i++)
		help_add_usage(&text, commands[i]);
	if (text.error)
		return memory_error();
	fputs(strbuf_text(&text), stdout);
	return ROCKS_DONE;
}

const struct command cmd_list_help = {
	.words = "list help",
	.summary = "list the usage of every command",
	.examples = "list help",
	.related = "help",
	.run = run,
};
