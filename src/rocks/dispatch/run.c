/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a command: opens the database, begins a transaction, writes the output. */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "src/rocks/dispatch/run.h"

const char *find_who(void)
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

static bool is_writer(const struct invocation *invocation)
{
	const struct command *command = invocation->command;

	return command->flags & COMMAND_WRITES ||
	       (command->writes_with &&
		boolean_argument(invocation, command->writes_with, false));
}

static int open_database(struct invocation *invocation, const char *path, bool named)
{
	unsigned int flags = invocation->command->flags;
	bool writes = is_writer(invocation);
	int r;

	if (!(flags & (COMMAND_READS | COMMAND_WRITES)))
		return ROCKS_DONE;
	if (db_new(&invocation->db) < 0)
		return memory_error();
	r = answer(invocation,
		   db_open(invocation->db, path, named, writes ? DB_WRITE : DB_READ));
	/* A command with its own transactions may find that it must write. */
	if (writes || flags & COMMAND_OWN)
		invocation->who = find_who();
	if (r != ROCKS_DONE || flags & COMMAND_OWN)
		return r;
	return writes ? begin(invocation)
		      : answer(invocation, db_begin_reading(invocation->db));
}

int run_command(struct invocation *invocation, const char *path, bool named)
{
	unsigned int flags = invocation->command->flags;
	int r;

	invocation->path = path;
	r = open_database(invocation, path, named);
	if (r == ROCKS_DONE)
		r = invocation->command->run(invocation);
	if (r == ROCKS_DONE && flags & COMMAND_WRITES && !(flags & COMMAND_OWN))
		r = commit(invocation);
	if (r == ROCKS_DONE)
		r = flush_output();
	db_free(invocation->db);
	invocation->db = NULL;
	return r;
}
