/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set flavor: change a flavor. */
#include "src/cli/usage.h"
#include "src/inventory/flavor.h"

static int run(struct invocation *invocation)
{
	const char *name = argument(invocation, "flavor");
	struct flavor_values values;
	struct flavor_change change;
	int r = take_flavor_change(invocation, &values, &change);

	if (r != ROCKS_DONE)
		return r;
	if (flavor_change_is_nothing(&change))
		return usage_error(invocation->command, "nothing to set is given");
	return answer(invocation, db_flavor_set(invocation->db, name, &change));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("flavor", "its name", ARGUMENT_REQUIRED, FLAVOR),
	ARGUMENTS_END,
};

const struct command cmd_set_flavor = {
	.words = "set flavor",
	.summary = "change a flavor",
	.help = "VMs that were made from it keep what they have.",
	.arguments = arguments,
	.parameters = flavor_parameters,
	.examples = "set flavor two.t4 near=switch mem=184320\nset flavor two.t4 "
		    "aggregate=none",
	.related = "add flavor\nlist flavor\nremove flavor\nadd flavor project",
	.flags = COMMAND_WRITES,
	.run = run,
};
