/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add host alias: another name for a host. */
#include "db/alias.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = take_host(invocation, "host", &hosts);

	if (r != ROCKS_DONE)
		return r;
	return answer(invocation, db_alias_add(invocation->db, hosts.hosts,
					       argument(invocation, "name")));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "a host or VM", ARGUMENT_REQUIRED, HOST),
	ARGUMENT_TEXT("name", "its other name: letters, digits, -, _ and dots",
		      ARGUMENT_REQUIRED, NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_add_host_alias = {
	.words = "add host alias",
	.summary = "give a host another name besides its own",
	.help = "Wherever a command takes hosts, an alias names its host; listings show "
		"the name. Other programs, such as ssh and libvirt, never get it.",
	.arguments = arguments,
	.examples = "add host alias compute-0-0 c-0-0",
	.related = "remove host alias\nlist host alias\ndump host alias\nset host name",
	.flags = COMMAND_WRITES,
	.run = run,
};
