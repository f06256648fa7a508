/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list host attr: list attributes of hosts. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_list(invocation, ATTR_HOST);
}

const struct command cmd_list_host_attr = {
	.words = "list host attr",
	.summary = "list attributes of hosts",
	.help = "Shows the attributes in effect for each host and where each comes "
		"from, the most specific last, which wins: G global, O operating system, "
		"A appliance, H host. I is the host's own record, such as its rack.",
	.arguments = attr_owner_arguments[ATTR_HOST],
	.parameters = attr_list_parameters,
	.examples = "list host attr vm-container-0-15",
	.related = "add host attr\nset host attr\nremove host attr\nreport host "
		   "attr\ndump host attr",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
