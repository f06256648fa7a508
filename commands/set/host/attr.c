/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host attr: set an attribute of hosts. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_set(invocation, ATTR_HOST);
}

const struct command cmd_set_host_attr = {
	.words = "set host attr",
	.summary = "set an attribute of hosts",
	.help = "Creates the attribute, or changes it if it already exists.",
	.arguments = attr_change_arguments[ATTR_HOST],
	.examples = "set host attr vm-container-0-15 cpu_mode host-passthrough\n"
		    "set host attr rocks-33 kvm_device_0 file=device.xml",
	.related = "add host attr\nremove host attr\nlist host attr\nreport host "
		   "attr\ndump host attr",
	.flags = COMMAND_WRITES,
	.run = run,
};
