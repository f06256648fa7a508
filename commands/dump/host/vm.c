/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump host vm: the commands that restore VMs. */
#include "src/inventory/dump/host.h"

static int run(struct invocation *invocation)
{
	return vm_dump(invocation);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "VMs or containers; all by default", ARGUMENT_MANY, HOST),
	ARGUMENTS_END,
};

const struct command cmd_dump_host_vm = {
	.words = "dump host vm",
	.summary = "print the commands that restore VMs",
	.arguments = arguments,
	.examples = "dump host vm",
	.related = "set host vm\ndump host\ndump host gpu",
	.flags = COMMAND_READS,
	.run = run,
};
