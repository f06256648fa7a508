/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump host gpu: the commands that restore cards. */
#include "src/inventory/dump/host.h"

static int run(struct invocation *invocation)
{
	return gpu_dump(invocation);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts and VMs to dump; all by default", ARGUMENT_MANY,
		      HOST),
	ARGUMENTS_END,
};

const struct command cmd_dump_host_gpu = {
	.words = "dump host gpu",
	.summary = "print the commands that restore cards",
	.help = "Prints the cards of hosts first, then the cards that VMs have. `rocks "
		"dump` also prints the UUIDs of cards.",
	.arguments = arguments,
	.examples = "dump host gpu\ndump host gpu vm-container-0-15",
	.related = "add host gpu\ndump host\ndump host vm",
	.flags = COMMAND_READS,
	.run = run,
};
