/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove project: remove a project that no VM and no flavor has. */
#include "db/project.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	return answer(invocation,
		      db_project_remove(invocation->db, argument(invocation, "project")));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("project", "its name", ARGUMENT_REQUIRED, PROJECT),
	ARGUMENTS_END,
};

const struct command cmd_remove_project = {
	.words = "remove project",
	.summary = "remove a project, with its list of users",
	.help = "Fails while the project has VMs, or flavors that are private to it.",
	.arguments = arguments,
	.examples = "remove project hpc-physics",
	.related = "add project\nlist project\nremove project user\nset host vm",
	.flags = COMMAND_WRITES,
	.run = run,
};
