/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list appliance attr: list attributes of appliances. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_list(invocation, ATTR_APPLIANCE);
}

const struct command cmd_list_appliance_attr = {
	.words = "list appliance attr",
	.summary = "list attributes of appliances",
	.arguments = attr_owner_arguments[ATTR_APPLIANCE],
	.parameters = attr_list_parameters,
	.examples = "list appliance attr vm-container",
	.related = "add appliance attr\nset appliance attr\nremove appliance "
		   "attr\nreport appliance attr\ndump appliance attr",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
