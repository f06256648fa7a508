/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump database: a copy of the inventory's file. */
#include "db/store/copy.h"
#include "db/store/limits.h"
#include "src/cli/command.h"
#include "src/inventory/dump/copies.h"

static int run(struct invocation *invocation)
{
	const struct context context = context_of(invocation);
	const char *copy = argument(invocation, "copy");
	const int64_t *keep = integer_argument(invocation, "keep");

	if (keep)
		return copies_add(&context, copy, *keep);
	return answer(invocation,
		      db_copy(invocation->db, copy,
			      boolean_argument(invocation, "replace", false)));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("copy", "the file to make; with keep= a folder", ARGUMENT_REQUIRED,
		      PATH),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_BOOLEAN("replace", "yes: replaces a file of that name"),
	ARGUMENT_INTEGER("keep", "how many copies stay in a folder", 0, 1,
			 DB_COPIES_MOST),
	ARGUMENTS_END,
};

const struct command cmd_dump_database = {
	.words = "dump database",
	.summary = "copy the inventory into a file, with its history",
	.help = "Makes a copy of the inventory as it is at one moment; others may go on "
		"writing. The copy has all that `rocks dump` prints and what that lacks: "
		"the history, and which VM has which device by its address. It is one "
		"SQLite file, which only you can read. It is checked, and appears whole "
		"or not at all.\n\nRestore it with `rocks restore database`. Do not copy "
		"it over the inventory with cp: the inventory is three files, and SQLite "
		"would apply the log of the old one to the copy.\n\nWith keep=N the copy "
		"is "
		"named rocks-TIME.db in the folder, and only the N newest of such names "
		"stay. A copy that failed removes none. rocks-copy.timer does this every "
		"day once it is enabled.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "dump database rocks-copy.db",
	.related = "restore database\ndump",
	.flags = COMMAND_READS | COMMAND_OWN,
	.run = run,
};
