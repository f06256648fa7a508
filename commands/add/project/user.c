/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add project user: users of a project. */
#include "db/project.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	const char *project = argument(invocation, "project");
	int r = 0;

	for (size_t i = 0; i < invocation->many_count && r == 0; i++)
		r = db_member_add(invocation->db, project, invocation->many[i]);
	return answer(invocation, r);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("user", "login names", ARGUMENT_REQUIRED | ARGUMENT_MANY, USER),
	ARGUMENT_TEXT("project", "the project", ARGUMENT_REQUIRED, PROJECT),
	ARGUMENTS_END,
};

const struct command cmd_add_project_user = {
	.words = "add project user",
	.summary = "add users to a project",
	.help = "A login name need not exist on the frontend yet.",
	.arguments = arguments,
	.examples = "add project user user4 user7 hpc-physics",
	.related = "remove project user\nlist project user\nadd project",
	.flags = COMMAND_WRITES,
	.run = run,
};
