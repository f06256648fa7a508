/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove attr: remove a global attribute. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_remove(invocation, ATTR_GLOBAL);
}

const struct command cmd_remove_attr = {
	.words = "remove attr",
	.summary = "remove a global attribute",
	.help = "Succeeds even if there is no such attribute.",
	.arguments = attr_remove_arguments[ATTR_GLOBAL],
	.examples = "remove attr cpu_mode",
	.related = "add attr\nset attr\nlist attr\nreport attr\ndump attr",
	.flags = COMMAND_WRITES,
	.run = run,
};
