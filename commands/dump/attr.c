/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump attr: print the commands that restore global attributes. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_dump(invocation, ATTR_GLOBAL);
}

const struct command cmd_dump_attr = {
	.words = "dump attr",
	.summary = "print the commands that restore global attributes",
	.examples = "dump attr",
	.related = "add attr\nset attr\nremove attr\nlist attr\nreport attr",
	.flags = COMMAND_READS,
	.run = run,
};
