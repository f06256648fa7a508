/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump project: the commands that restore projects. */
#include "src/inventory/dump/sharing.h"

static int run(struct invocation *invocation)
{
	return project_dump(invocation);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("project", "projects, or patterns with %; all by default",
		      ARGUMENT_MANY, PROJECT),
	ARGUMENTS_END,
};

const struct command cmd_dump_project = {
	.words = "dump project",
	.summary = "print the commands that restore projects",
	.arguments = arguments,
	.examples = "dump project",
	.related = "add project\nlist project\ndump project user\ndump",
	.flags = COMMAND_READS,
	.run = run,
};
