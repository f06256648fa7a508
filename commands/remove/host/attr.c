/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove host attr: remove an attribute of hosts. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_remove(invocation, ATTR_HOST);
}

const struct command cmd_remove_host_attr = {
	.words = "remove host attr",
	.summary = "remove an attribute of hosts",
	.help = "Succeeds even if there is no such attribute.",
	.arguments = attr_remove_arguments[ATTR_HOST],
	.examples = "remove host attr vm-container-0-15 cpu_mode",
	.related = "add host attr\nset host attr\nlist host attr\nreport host attr\ndump "
		   "host attr",
	.flags = COMMAND_WRITES,
	.run = run,
};
