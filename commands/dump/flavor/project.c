/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump flavor project: the commands that make flavors private to projects. */
#include "src/inventory/dump/sharing.h"

static int run(struct invocation *invocation)
{
	return flavor_project_dump(invocation);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("flavor", "flavors, or patterns with %; all by default",
		      ARGUMENT_MANY, FLAVOR),
	ARGUMENTS_END,
};

const struct command cmd_dump_flavor_project = {
	.words = "dump flavor project",
	.summary = "print the commands that restore projects of flavors",
	.arguments = arguments,
	.examples = "dump flavor project",
	.related = "add flavor project\nlist flavor project\ndump flavor\ndump project",
	.flags = COMMAND_READS,
	.run = run,
};
