/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set attr: set a global attribute. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_set(invocation, ATTR_GLOBAL);
}

const struct command cmd_set_attr = {
	.words = "set attr",
	.summary = "set a global attribute",
	.help = "Creates the attribute, or changes it if it already exists.",
	.arguments = attr_change_arguments[ATTR_GLOBAL],
	.examples = "set attr cpu_mode host-passthrough\n"
		    "set attr HVM_Features file=features.xml",
	.related = "add attr\nremove attr\nlist attr\nreport attr\ndump attr",
	.flags = COMMAND_WRITES,
	.run = run,
};
