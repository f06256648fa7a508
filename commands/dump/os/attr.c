/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump os attr: print the commands that restore os attributes. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_dump(invocation, ATTR_OS);
}

const struct command cmd_dump_os_attr = {
	.words = "dump os attr",
	.summary = "print the commands that restore os attributes",
	.arguments = attr_owner_arguments[ATTR_OS],
	.examples = "dump os attr linux",
	.related = "add os attr\nset os attr\nremove os attr\nlist os attr\nset "
		   "attr\nset appliance attr",
	.flags = COMMAND_READS,
	.run = run,
};
