/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump appliance attr: print the commands that restore appliance attributes. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_dump(invocation, ATTR_APPLIANCE);
}

const struct command cmd_dump_appliance_attr = {
	.words = "dump appliance attr",
	.summary = "print the commands that restore appliance attributes",
	.arguments = attr_owner_arguments[ATTR_APPLIANCE],
	.examples = "dump appliance attr vm-container",
	.related = "add appliance attr\nset appliance attr\nremove appliance attr\nlist "
		   "appliance attr\nreport appliance attr",
	.flags = COMMAND_READS,
	.run = run,
};
