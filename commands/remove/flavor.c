/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove flavor: remove a flavor. */
#include "db/flavor.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	return answer(invocation,
		      db_flavor_remove(invocation->db, argument(invocation, "flavor")));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("flavor", "its name", ARGUMENT_REQUIRED, FLAVOR),
	ARGUMENTS_END,
};

const struct command cmd_remove_flavor = {
	.words = "remove flavor",
	.summary = "remove a flavor",
	.help = "VMs that were made from it stay.",
	.arguments = arguments,
	.examples = "remove flavor two.t4",
	.related = "add flavor\nset flavor\nlist flavor",
	.flags = COMMAND_WRITES,
	.run = run,
};
