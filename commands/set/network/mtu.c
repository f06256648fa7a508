/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set network mtu: change the MTU of networks. */
#include "db/store/limits.h"
#include "src/inventory/network.h"

static int run(struct invocation *invocation)
{
	struct network change = { .mtu = integer_argument(invocation, "mtu") };

	return change_networks(invocation, &change);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("network", "networks to change", ARGUMENT_REQUIRED | ARGUMENT_MANY,
		      NETWORK),
	ARGUMENT_INTEGER("mtu", "bytes in a packet", ARGUMENT_REQUIRED, DB_MTU_LEAST,
			 DB_MTU_MOST),
	ARGUMENTS_END,
};

const struct command cmd_set_network_mtu = {
	.words = "set network mtu",
	.summary = "change the MTU of networks",
	.help = "The interfaces in a network stay in it.",
	.arguments = arguments,
	.examples = "set network mtu storage 9000",
	.related = "add network\nlist network\nremove network",
	.flags = COMMAND_WRITES,
	.run = run,
};
