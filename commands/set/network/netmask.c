/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set network netmask: change the netmask of networks. */
#include "src/inventory/network.h"

static int run(struct invocation *invocation)
{
	struct network change = { .netmask = argument(invocation, "netmask"),
				  .subnet = argument(invocation, "subnet") };

	return change_networks(invocation, &change);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("network", "networks to change", ARGUMENT_REQUIRED | ARGUMENT_MANY,
		      NETWORK),
	ARGUMENT_TEXT("netmask", "its netmask: 255.255.0.0", ARGUMENT_REQUIRED, NOTHING),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_TEXT("subnet", "its address, if it has none yet: 10.1.0.0", 0, NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_set_network_netmask = {
	.words = "set network netmask",
	.summary = "change the netmask of networks",
	.help = "The interfaces in a network stay in it, and keep their IP addresses.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "set network netmask storage 255.255.255.0",
	.related = "add network\nlist network\nremove network",
	.flags = COMMAND_WRITES,
	.run = run,
};
