/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump host gpu: the commands that record the cards again. */
#include "src/inventory/dump/host.h"

static int run(struct invocation *invocation)
{
	return gpu_dump(invocation);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts and VMs to dump; all unless given", ARGUMENT_MANY,
		      HOST),
	ARGUMENTS_END,
};

const struct command cmd_dump_host_gpu = {
	.words = "dump host gpu",
	.summary = "print the commands that restore cards",
	.help = "Cards of hosts first, then those that VMs have. `rocks dump` prints the "
		"UUIDs of cards, too.",
	.arguments = arguments,
	.examples = "dump host gpu\ndump host gpu vm-container-0-15",
	.related = "add host gpu\ndump host\ndump host vm",
	.flags = COMMAND_READS,
	.run = run,
};
