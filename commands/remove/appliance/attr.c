/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove appliance attr: remove an attribute of appliances. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_remove(invocation, ATTR_APPLIANCE);
}

const struct command cmd_remove_appliance_attr = {
	.words = "remove appliance attr",
	.summary = "remove an attribute of appliances",
	.help = "Succeeds even if there is no such attribute.",
	.arguments = attr_remove_arguments[ATTR_APPLIANCE],
	.examples = "remove appliance attr vm-container cpu_mode",
	.related = "add appliance attr\nset appliance attr\nlist appliance attr\nreport "
		   "appliance attr\ndump appliance attr",
	.flags = COMMAND_WRITES,
	.run = run,
};
