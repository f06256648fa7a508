/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump project user: the commands that restore the users of projects. */
#include "src/inventory/dump/sharing.h"

static int run(struct invocation *invocation)
{
	return member_dump(invocation);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("project", "projects, or patterns with %; all by default",
		      ARGUMENT_MANY, PROJECT),
	ARGUMENTS_END,
};

const struct command cmd_dump_project_user = {
	.words = "dump project user",
	.summary = "print the commands that restore users of projects",
	.arguments = arguments,
	.examples = "dump project user",
	.related = "add project user\nlist project user\ndump project\ndump",
	.flags = COMMAND_READS,
	.run = run,
};
