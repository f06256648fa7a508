/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove flavor project: a project no longer has a flavor. */
#include "db/flavor.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	const char *flavor = argument(invocation, "flavor");
	bool everybody = false;
	int r = 0;

	for (size_t i = 0; i < invocation->many_count && r == 0; i++)
		r = db_flavor_remove_project(invocation->db, flavor, invocation->many[i],
					     &everybody);
	if (r == 0 && everybody)
		say("flavor «%s» has no project left: everybody can use it now", flavor);
	return answer(invocation, r);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("project", "projects", ARGUMENT_REQUIRED | ARGUMENT_MANY, PROJECT),
	ARGUMENT_TEXT("flavor", "the flavor", ARGUMENT_REQUIRED, FLAVOR),
	ARGUMENTS_END,
};

const struct command cmd_remove_flavor_project = {
	.words = "remove flavor project",
	.summary = "take a flavor from projects",
	.help = "Everybody can use a flavor that has no project left; the command says "
		"so.",
	.arguments = arguments,
	.examples = "remove flavor project data-students two.t4",
	.related = "add flavor project\nlist flavor project\nremove project",
	.flags = COMMAND_WRITES,
	.run = run,
};
