/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list os attr: list attributes of operating systems. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_list(invocation, ATTR_OS);
}

const struct command cmd_list_os_attr = {
	.words = "list os attr",
	.summary = "list attributes of operating systems",
	.arguments = attr_owner_arguments[ATTR_OS],
	.parameters = attr_list_parameters,
	.examples = "list os attr\nlist os attr linux",
	.related = "add os attr\nset os attr\nremove os attr\ndump os attr\nset "
		   "attr\nset appliance attr",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
