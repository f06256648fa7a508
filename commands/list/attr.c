/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list attr: list global attributes. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_list(invocation, ATTR_GLOBAL);
}

const struct command cmd_list_attr = {
	.words = "list attr",
	.summary = "list global attributes",
	.parameters = attr_list_parameters,
	.examples = "list attr",
	.related = "add attr\nset attr\nremove attr\nreport attr\ndump attr",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
