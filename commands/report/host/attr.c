/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks report host attr: print attributes of hosts for scripts. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_report(invocation, ATTR_HOST);
}

const struct command cmd_report_host_attr = {
	.words = "report host attr",
	.summary = "print attributes of hosts for scripts",
	.help = "Prints one name:value per line, with HOST: in front if there are "
		"several; with attr= only the value. The value is the one in effect for "
		"the host, whatever level it comes from. An unknown name is an error.",
	.arguments = attr_owner_arguments[ATTR_HOST],
	.parameters = attr_report_parameters,
	.examples = "report host attr vm-container-0-15 attr=rack",
	.related = "add host attr\nset host attr\nremove host attr\nlist host attr\ndump "
		   "host attr",
	.flags = COMMAND_READS,
	.run = run,
};
