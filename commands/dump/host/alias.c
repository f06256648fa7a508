/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump host alias: the commands that restore aliases of hosts. */
#include "src/inventory/dump/host.h"

static int run(struct invocation *invocation)
{
	return alias_dump(invocation);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts and VMs to dump; all by default", ARGUMENT_MANY,
		      HOST),
	ARGUMENTS_END,
};

const struct command cmd_dump_host_alias = {
	.words = "dump host alias",
	.summary = "print the commands that restore aliases of hosts",
	.arguments = arguments,
	.examples = "dump host alias\ndump host alias compute-0-0",
	.related = "add host alias\nlist host alias\ndump host\ndump",
	.flags = COMMAND_READS,
	.run = run,
};
