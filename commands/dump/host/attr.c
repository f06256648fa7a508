/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump host attr: print the commands that restore attributes of hosts. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_dump(invocation, ATTR_HOST);
}

const struct command cmd_dump_host_attr = {
	.words = "dump host attr",
	.summary = "print the commands that restore attributes of hosts",
	.arguments = attr_owner_arguments[ATTR_HOST],
	.examples = "dump host attr vm-container-0-15",
	.related = "add host attr\nset host attr\nremove host attr\nlist host "
		   "attr\nreport host attr",
	.flags = COMMAND_READS,
	.run = run,
};
