/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks report appliance attr: print attributes of appliances for scripts. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_report(invocation, ATTR_APPLIANCE);
}

const struct command cmd_report_appliance_attr = {
	.words = "report appliance attr",
	.summary = "print attributes of appliances for scripts",
	.help = "Prints one name:value per line, with APPLIANCE: in front if there are "
		"several; with attr= only the value. An unknown name is an error.",
	.arguments = attr_owner_arguments[ATTR_APPLIANCE],
	.parameters = attr_report_parameters,
	.examples = "report appliance attr vm-container attr=cpu_mode",
	.related = "add appliance attr\nset appliance attr\nremove appliance attr\nlist "
		   "appliance attr\ndump appliance attr",
	.flags = COMMAND_READS,
	.run = run,
};
