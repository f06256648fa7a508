/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks sync config: accepted for scripts that were written for Rocks. */
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	(void)invocation;
	say("there is nothing to sync: rocks writes no configuration files");
	return ROCKS_DONE;
}

const struct command cmd_sync_config = {
	.words = "sync config",
	.summary = "do nothing, for scripts written for Rocks",
	.help = "Rocks wrote /etc/hosts, DNS and DHCP from its database. rocks keeps "
		"only the inventory, and each command reads it anew, so there is "
		"nothing to sync.",
	.examples = "sync config",
	.related = "sync host gpu",
	.run = run,
};
