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
	.help = "Prints name:value a line, HOST: in front when there are several; with "
		"attr= just the value. What counts for the host is printed, whatever "
		"level "
		"it comes from. A name that is not there is an error.",
	.arguments = attr_owner_arguments[2],
	.parameters = attr_report_parameters,
	.examples = "report host attr vm-container-0-15 attr=rack",
	.related = "add host attr\nset host attr\nremove host attr\nlist host attr\ndump "
		   "host attr",
	.flags = COMMAND_READS,
	.run = run,
};
