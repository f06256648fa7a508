/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump network: the commands that restore networks. */
#include "src/inventory/dump/host.h"

static int run(struct invocation *invocation)
{
	return network_dump(invocation);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("network", "networks, or patterns with %; all by default",
		      ARGUMENT_MANY, NETWORK),
	ARGUMENTS_END,
};

const struct command cmd_dump_network = {
	.words = "dump network",
	.summary = "print the commands that restore networks",
	.arguments = arguments,
	.examples = "dump network",
	.related = "add network\nlist network\ndump host interface\ndump",
	.flags = COMMAND_READS,
	.run = run,
};
