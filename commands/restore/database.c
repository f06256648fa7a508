/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks restore database: the inventory becomes a copy of it again. */
#include "db/store/copy.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	_cleanup_free_ char *aside = NULL;
	int r;

	if (db_new(&invocation->db) < 0)
		return memory_error();
	r = answer(invocation,
		   db_restore(invocation->db, invocation->path,
			      argument(invocation, "copy"),
			      boolean_argument(invocation, "replace", false), &aside));
	if (aside)
		say("the damaged inventory is %s now; -wal and -shm beside it belong to "
		    "it",
		    aside);
	return r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("copy", "a file that `rocks dump database` made", ARGUMENT_REQUIRED,
		      PATH),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_BOOLEAN("replace", "yes: renames a damaged inventory"),
	ARGUMENTS_END,
};

const struct command cmd_restore_database = {
	.words = "restore database",
	.summary = "replace the inventory by a copy of it",
	.help = "Everything in the inventory is replaced by what is in the copy, the "
		"history too, in one transaction: others go on reading, and see the old "
		"state or the new one. The copy is checked and, if an older version made "
		"it, upgraded first, in a file of its own; the copy is never changed. "
		"If another command is writing, this one waits for up to a minute.\n\n"
		"A damaged inventory cannot be written to. replace=yes renames it, with "
		"its -wal and -shm, to a name that ends with the time, once nobody has "
		"it open. If this command is interrupted then, run it again. Without a "
		"copy, "
		"`sqlite3 FILE .dump` prints what can still be read; before that, save "
		"copies of FILE, FILE-wal and FILE-shm together. `.recover` needs a "
		"library with "
		"SQLITE_ENABLE_DBPAGE_VTAB, which Debian 12 lacks.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "restore database rocks-copy.db",
	.related = "dump database\ndump",
	.flags = COMMAND_OWN,
	.run = run,
};
