/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump appliance: the commands that restore appliances. */
#include "src/inventory/dump/host.h"

static int run(struct invocation *invocation)
{
	return appliance_dump(invocation);
}

const struct command cmd_dump_appliance = {
	.words = "dump appliance",
	.summary = "print the commands that restore appliances",
	.help = "Leaves out the appliances that every inventory begins with; if one of "
		"them was removed, the dump removes it, too.",
	.examples = "dump appliance",
	.related = "add appliance\nremove appliance\nlist appliance\ndump appliance attr",
	.flags = COMMAND_READS,
	.run = run,
};
