/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove os attr: remove an attribute of operating systems. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_remove(invocation, ATTR_OS);
}

const struct command cmd_remove_os_attr = {
	.words = "remove os attr",
	.summary = "remove an attribute of operating systems",
	.help = "Succeeds even if there is no such attribute.",
	.arguments = attr_remove_arguments[ATTR_OS],
	.examples = "remove os attr linux cpu_mode",
	.related = "add os attr\nset os attr\nlist os attr\ndump os attr\nset attr\nset "
		   "appliance attr",
	.flags = COMMAND_WRITES,
	.run = run,
};
