/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump appliance: the commands that add the appliances again. */
#include "src/inventory/dump/host.h"

static int run(struct invocation *invocation)
{
	return appliance_dump(invocation);
}

const struct command cmd_dump_appliance = {
	.words = "dump appliance",
	.summary = "print the commands that restore appliances",
	.help = "Those that every inventory begins with are left out; where one of them "
		"is gone, it is removed.",
	.examples = "dump appliance",
	.related = "add appliance\nremove appliance\nlist appliance\ndump appliance attr",
	.flags = COMMAND_READS,
	.run = run,
};
