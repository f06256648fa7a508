/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add appliance attr: add an attribute of appliances. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_add(invocation, ATTR_APPLIANCE);
}

const struct command cmd_add_appliance_attr = {
	.words = "add appliance attr",
	.summary = "add an attribute of appliances",
	.help = "Fails if the attribute already exists; `set` changes it.",
	.arguments = attr_change_arguments[ATTR_APPLIANCE],
	.examples = "add appliance attr vm-container cpu_mode host-model",
	.related = "set appliance attr\nremove appliance attr\nlist appliance "
		   "attr\nreport appliance attr\ndump appliance attr",
	.flags = COMMAND_WRITES,
	.run = run,
};
