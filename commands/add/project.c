/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add project: who works together. */
#include "db/project.h"
#include "lib/text.h"
#include "src/cli/command.h"
#include "src/cli/new-name.h"

static int run(struct invocation *invocation)
{
	const char *name = argument(invocation, "project");
	const char *group = argument(invocation, "group");
	int r = check_new_name("project", name);

	if (r != ROCKS_DONE)
		return r;
	if (group && text_is_none(group))
		group = NULL;
	return answer(invocation, db_project_add(invocation->db, name, group));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("project", "its name", ARGUMENT_REQUIRED, NOTHING),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_TEXT("group",
		      "a Unix group whose users are members, too; none by default", 0,
		      NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_add_project = {
	.words = "add project",
	.summary = "add a project: people who share VMs and flavors",
	.help = "A name has letters, digits, -, _, . and +, and is not a word of a "
		"command, such as gpu.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "add project hpc-physics\nadd project data-students group=students",
	.related = "add project user\nadd flavor project\nlist project\nremove "
		   "project\nset host vm",
	.flags = COMMAND_WRITES,
	.run = run,
};
