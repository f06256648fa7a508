/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add flavor project: who can use a flavor. */
#include "db/flavor.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	const char *flavor = argument(invocation, "flavor");
	int r = 0;

	for (size_t i = 0; i < invocation->many_count && r == 0; i++)
		r = db_flavor_add_project(invocation->db, flavor, invocation->many[i]);
	return answer(invocation, r);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("project", "projects", ARGUMENT_REQUIRED | ARGUMENT_MANY, PROJECT),
	ARGUMENT_TEXT("flavor", "the flavor", ARGUMENT_REQUIRED, FLAVOR),
	ARGUMENTS_END,
};

const struct command cmd_add_flavor_project = {
	.words = "add flavor project",
	.summary = "make a flavor private to projects",
	.help = "Once a flavor has a project, only its projects can use it.",
	.arguments = arguments,
	.examples = "add flavor project hpc-physics data-students two.t4",
	.related = "remove flavor project\nlist flavor project\nlist flavor\nadd project",
	.flags = COMMAND_WRITES,
	.run = run,
};
