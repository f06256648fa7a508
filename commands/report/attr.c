/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks report attr: print global attributes for scripts. */
#include "src/inventory/attr.h"

static int run(struct invocation *invocation)
{
	return attr_report(invocation, ATTR_GLOBAL);
}

const struct command cmd_report_attr = {
	.words = "report attr",
	.summary = "print global attributes for scripts",
	.help = "Prints one name:value per line; with attr= only the value. An unknown "
		"name is an error.",
	.parameters = attr_report_parameters,
	.examples = "report attr attr=cpu_mode",
	.related = "add attr\nset attr\nremove attr\nlist attr\ndump attr",
	.flags = COMMAND_READS,
	.run = run,
};
