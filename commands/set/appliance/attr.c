/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set appliance attr: set an attribute of appliances. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_set(invocation, ATTR_APPLIANCE);
}

const struct command cmd_set_appliance_attr = {
	.words = "set appliance attr",
	.summary = "set an attribute of appliances",
	.help = "Creates the attribute, or changes it if it already exists.",
	.arguments = attr_change_arguments[ATTR_APPLIANCE],
	.examples = "set appliance attr vm-container cpu_mode host-passthrough\n"
		    "set appliance attr hosted-vm HVM_Features file=features.xml",
	.related = "add appliance attr\nremove appliance attr\nlist appliance "
		   "attr\nreport appliance attr\ndump appliance attr",
	.flags = COMMAND_WRITES,
	.run = run,
};
