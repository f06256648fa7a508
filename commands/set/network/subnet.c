/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set network subnet: change the address of networks. */
#include "src/inventory/network.h"

static int run(struct invocation *invocation)
{
	struct network change = { .subnet = argument(invocation, "subnet"),
				  .netmask = argument(invocation, "netmask") };

	return change_networks(invocation, &change);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("network", "networks to change", ARGUMENT_REQUIRED | ARGUMENT_MANY,
		      NETWORK),
	ARGUMENT_TEXT("subnet", "its address: 10.1.0.0", ARGUMENT_REQUIRED, NOTHING),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_TEXT("netmask", "its netmask, if it has none yet: 255.255.0.0", 0,
		      NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_set_network_subnet = {
	.words = "set network subnet",
	.summary = "change the address of networks",
	.help = "The interfaces in a network stay in it, and keep their IP addresses.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "set network subnet storage 10.2.0.0",
	.related = "add network\nlist network\nremove network",
	.flags = COMMAND_WRITES,
	.run = run,
};
