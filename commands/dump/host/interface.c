/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump host interface: the commands that restore network interfaces. */
#include "src/inventory/dump/host.h"

static int run(struct invocation *invocation)
{
	return interface_dump(invocation);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts and VMs to dump; all by default", ARGUMENT_MANY,
		      HOST),
	ARGUMENTS_END,
};

const struct command cmd_dump_host_interface = {
	.words = "dump host interface",
	.summary = "print the commands that restore network interfaces",
	.help = "The networks must exist before these run: see `rocks dump network`.",
	.arguments = arguments,
	.examples = "dump host interface\ndump host interface rocks-33",
	.related = "add host interface\ndump network\ndump host\ndump",
	.flags = COMMAND_READS,
	.run = run,
};
