/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump aggregate host: the commands that restore aggregates. */
#include "src/inventory/dump/sharing.h"

static int run(struct invocation *invocation)
{
	return aggregate_dump(invocation);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts to dump; all by default", ARGUMENT_MANY, CONTAINER),
	ARGUMENTS_END,
};

const struct command cmd_dump_aggregate_host = {
	.words = "dump aggregate host",
	.summary = "print the commands that restore aggregates",
	.arguments = arguments,
	.examples = "dump aggregate host",
	.related = "add aggregate host\nlist aggregate\ndump host\ndump",
	.flags = COMMAND_READS,
	.run = run,
};
