/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove network: remove a network that no interface is in. */
#include "db/network.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	return answer(invocation,
		      db_network_remove(invocation->db, argument(invocation, "network")));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("network", "its name", ARGUMENT_REQUIRED, NETWORK),
	ARGUMENTS_END,
};

const struct command cmd_remove_network = {
	.words = "remove network",
	.summary = "remove a network",
	.help = "Fails while any interface is in it.",
	.arguments = arguments,
	.examples = "remove network storage",
	.related = "list network\nadd network\nset host interface subnet",
	.flags = COMMAND_WRITES,
	.run = run,
};
