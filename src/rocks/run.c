/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a command: the database opened, the transaction, the output written. */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "src/rocks/run.h"

/* Who types: behind sudo the person, else the user. The answer lasts for the process. */
static const char *find_who(void)
{
	static char number[24];
	const char *sudo = getenv("SUDO_USER");
	const struct passwd *entry;

	if (getuid() == 0 && sudo && *sudo)
		return sudo;
	entry = getpwuid(getuid());
	if (entry)
		return entry->pw_name;
	snprintf(number, sizeof(number), "uid %lu", (unsigned long)getuid());
	return number;
}

static int open_database(struct invocation *invocation, const char *path, bool named)
{
	unsigned int flags = invocation->command->flags;
	bool writes = flags & (COMMAND_WRITES | COMMAND_OWN);
	int r;

	if (!(flags & COMMAND_READS) && !writes)
		return ROCKS_DONE;
	if (db_new(&invocation->db) < 0)
		return memory_error();
	r = answer(invocation,
		   db_open(invocation->db, path, named, writes ? DB_WRITE : DB_READ));
	if (r != ROCKS_DONE)
		return r;
	if (writes)
		invocation->who = find_who();
	if (flags & COMMAND_WRITES)
		return begin(invocation);
	return flags & COMMAND_READS
		       ? answer(invocation, db_begin_reading(invocation->db))
		       : ROCKS_DONE;
}

int run_command(struct invocation *invocation, const char *path, bool named)
{
	int r = open_database(invocation, path, named);

	if (r == ROCKS_DONE)
		r = invocation->command->run(invocation);
	if (r == ROCKS_DONE && invocation->command->flags & COMMAND_WRITES)
		r = commit(invocation);
	if (r == ROCKS_DONE)
		r = flush_output();
	db_free(invocation->db);
	invocation->db = NULL;
	return r;
}
