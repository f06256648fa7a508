/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump flavor: the commands that restore flavors. */
#include "src/inventory/dump/sharing.h"

static int run(struct invocation *invocation)
{
	return flavor_dump(invocation);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("flavor", "flavors, or patterns with %; all by default",
		      ARGUMENT_MANY, FLAVOR),
	ARGUMENTS_END,
};

const struct command cmd_dump_flavor = {
	.words = "dump flavor",
	.summary = "print the commands that restore flavors",
	.arguments = arguments,
	.examples = "dump flavor",
	.related = "add flavor\nlist flavor\ndump flavor project\ndump aggregate "
		   "host\ndump",
	.flags = COMMAND_READS,
	.run = run,
};
