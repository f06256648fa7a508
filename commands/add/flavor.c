/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add flavor: what a VM is to have, under a name. */
#include "src/cli/new-name.h"
#include "src/inventory/flavor.h"

static int run(struct invocation *invocation)
{
	const char *name = argument(invocation, "flavor");
	struct flavor_values values;
	struct flavor_change change;
	int r = check_new_name("flavor", name);

	if (r == ROCKS_DONE)
		r = take_flavor_change(invocation, &values, &change);
	if (r != ROCKS_DONE)
		return r;
	return answer(invocation, db_flavor_add(invocation->db, name, &change));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("flavor", "its name", ARGUMENT_REQUIRED, NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_add_flavor = {
	.words = "add flavor",
	.summary = "add a flavor: what a VM has, under a name",
	.help = "Everybody can use it until `rocks add flavor project` makes it private. "
		"A card is asked for by the name of its model, or by its ids, such as "
		"10de:1eb8; :N asks for N cards.",
	.arguments = arguments,
	.parameters = flavor_parameters,
	.examples = "add flavor cloudveneto.15cores90GB20+600GB1T4 gpu=T4 cpus=15\n"
		    "add flavor two.t4 gpu=T4:2 near=node mem=92160 disksize='20 600'",
	.related = "set flavor\nlist flavor\nremove flavor\nadd flavor project\nadd "
		   "aggregate host",
	.flags = COMMAND_WRITES,
	.run = run,
};
