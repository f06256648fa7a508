/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove host alias: an alias of a host goes. */
#include "db/alias.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = take_host(invocation, "host", &hosts);

	if (r != ROCKS_DONE)
		return r;
	return answer(invocation, db_alias_remove(invocation->db, hosts.hosts,
						  argument(invocation, "name")));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "a host or VM", ARGUMENT_REQUIRED, HOST),
	ARGUMENT_TEXT("name", "the alias", ARGUMENT_REQUIRED, ALIAS),
	ARGUMENTS_END,
};

const struct command cmd_remove_host_alias = {
	.words = "remove host alias",
	.summary = "remove an alias of a host",
	.help = "Succeeds even if the host has no such alias.",
	.arguments = arguments,
	.examples = "remove host alias compute-0-0 c-0-0",
	.related = "add host alias\nlist host alias",
	.flags = COMMAND_WRITES,
	.run = run,
};
