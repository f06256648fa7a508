/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add host attr: add an attribute of hosts. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_add(invocation, ATTR_HOST);
}

const struct command cmd_add_host_attr = {
	.words = "add host attr",
	.summary = "add an attribute of hosts",
	.help = "Fails if the attribute already exists; `set` changes it.",
	.arguments = attr_change_arguments[ATTR_HOST],
	.examples = "add host attr vm-container-0-15 cpu_mode host-model",
	.related = "set host attr\nremove host attr\nlist host attr\nreport host "
		   "attr\ndump host attr",
	.flags = COMMAND_WRITES,
	.run = run,
};
