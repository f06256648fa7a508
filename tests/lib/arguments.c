/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests: what the rows of all arguments say, a line each; of a call, what is parsed. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "src/cli/commands.h"
#include "src/rocks/dispatch/arguments.h"
#include "src/rocks/dispatch/find.h"

static void list(const struct command *command, const char *place,
		 const struct argument *row)
{
	static const char *const types[] = { "", "text", "boolean", "integer", "word" };

	for (; row && row->name; row++)
		printf("%s\t%s\t%s\t%s\t%d\t%" PRId64 "\t%" PRId64 "\t%s\n",
		       command->words, place, row->name, types[row->type],
		       row->flags & ARGUMENT_REQUIRED ? 1 : 0, row->least, row->most,
		       row->words ? row->words : "");
}

static void print(const struct invocation *invocation, const struct argument *row)
{
	for (; row && row->name; row++) {
		const int64_t *number = NULL;

		if (row->type == TYPE_INTEGER)
			number = integer_argument(invocation, row->name);
		if (number)
			printf("%s\t%" PRId64 "\n", row->name, *number);
		if (row->type == TYPE_BOOLEAN && argument(invocation, row->name))
			printf("%s\t%d\n", row->name,
			       boolean_argument(invocation, row->name, false));
	}
}

static int parse(char **words, size_t count)
{
	struct found found = find_command(words, count);
	struct invocation invocation = { .command = found.command };
	int r;

	if (!found.command)
		return ROCKS_FAILED;
	r = parse_arguments(&invocation, words + found.used, count - found.used);
	if (r != ROCKS_DONE)
		return r;
	print(&invocation, found.command->arguments);
	print(&invocation, found.command->parameters);
	if (found.command->flags & COMMAND_TABLE)
		print(&invocation, table_parameters);
	return r;
}

int main(int argc, char *argv[])
{
	if (argc > 1)
		return parse(argv + 1, (size_t)argc - 1);
	for (size_t i = 0; i < commands_count; i++) {
		list(commands[i], "argument", commands[i]->arguments);
		list(commands[i], "parameter", commands[i]->parameters);
		if (commands[i]->flags & COMMAND_TABLE)
			list(commands[i], "parameter", table_parameters);
	}
	return 0;
}
