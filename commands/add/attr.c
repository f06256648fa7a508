/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add attr: add a global attribute. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_add(invocation, ATTR_GLOBAL);
}

const struct command cmd_add_attr = {
	.words = "add attr",
	.summary = "add a global attribute",
	.help = "Fails if the attribute already exists; `set` changes it.",
	.arguments = attr_change_arguments[ATTR_GLOBAL],
	.examples = "add attr cpu_mode host-model",
	.related = "set attr\nremove attr\nlist attr\nreport attr\ndump attr",
	.flags = COMMAND_WRITES,
	.run = run,
};
