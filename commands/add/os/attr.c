/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add os attr: add an attribute of operating systems. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_add(invocation, ATTR_OS);
}

const struct command cmd_add_os_attr = {
	.words = "add os attr",
	.summary = "add an attribute of operating systems",
	.help = "Fails if the attribute already exists; `set` changes it. It applies to "
		"hosts of that os that have it neither themselves nor from their "
		"appliance.",
	.arguments = attr_change_arguments[ATTR_OS],
	.examples = "add os attr linux cpu_mode host-model",
	.related = "set os attr\nremove os attr\nlist os attr\ndump os attr\nset "
		   "attr\nset appliance attr",
	.flags = COMMAND_WRITES,
	.run = run,
};
