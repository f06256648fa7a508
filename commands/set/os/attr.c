/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set os attr: set an attribute of operating systems. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_set(invocation, ATTR_OS);
}

const struct command cmd_set_os_attr = {
	.words = "set os attr",
	.summary = "set an attribute of operating systems",
	.help = "Creates the attribute, or changes it if it already exists. It applies "
		"for hosts of that os that have it neither themselves nor from their "
		"appliance.",
	.arguments = attr_change_arguments[ATTR_OS],
	.examples = "set os attr linux cpu_mode host-passthrough",
	.related = "add os attr\nremove os attr\nlist os attr\ndump os attr\nset "
		   "attr\nset appliance attr",
	.flags = COMMAND_WRITES,
	.run = run,
};
