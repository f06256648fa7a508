/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove project user: users leave a project. */
#include "db/project.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	const char *project = argument(invocation, "project");
	int r = 0;

	for (size_t i = 0; i < invocation->many_count && r == 0; i++)
		r = db_member_remove(invocation->db, project, invocation->many[i]);
	return answer(invocation, r);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("user", "login names", ARGUMENT_REQUIRED | ARGUMENT_MANY, USER),
	ARGUMENT_TEXT("project", "the project", ARGUMENT_REQUIRED, PROJECT),
	ARGUMENTS_END,
};

const struct command cmd_remove_project_user = {
	.words = "remove project user",
	.summary = "remove users from a project",
	.help = "Their VMs stay theirs, and in the project.",
	.arguments = arguments,
	.examples = "remove project user user7 hpc-physics",
	.related = "add project user\nlist project user\nremove project",
	.flags = COMMAND_WRITES,
	.run = run,
};
