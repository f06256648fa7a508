/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump host: the commands that restore hosts. */
#include "src/inventory/dump/host.h"

static int run(struct invocation *invocation)
{
	return host_dump(invocation);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts to dump; all by default", ARGUMENT_MANY, HOST),
	ARGUMENTS_END,
};

const struct command cmd_dump_host = {
	.words = "dump host",
	.summary = "print the commands that restore hosts",
	.arguments = arguments,
	.examples = "dump host\ndump host vm-container-0-15",
	.related = "add host\ndump host attr\ndump host vm\ndump host gpu",
	.flags = COMMAND_READS,
	.run = run,
};
