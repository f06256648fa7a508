/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks sync host network: accepted for scripts that were written for Rocks. */
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	(void)invocation;
	say("there is nothing to sync: rocks writes no network settings of hosts");
	return ROCKS_DONE;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts; ignored", ARGUMENT_MANY, HOST),
	ARGUMENTS_END,
};

const struct command cmd_sync_host_network = {
	.words = "sync host network",
	.summary = "do nothing, for scripts written for Rocks",
	.help = "Rocks wrote the network settings of hosts from its database. rocks "
		"leaves those of hosts alone; a VM gets its interfaces when it starts.",
	.arguments = arguments,
	.examples = "sync host network",
	.related = "sync host gpu",
	.run = run,
};
