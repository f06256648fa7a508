/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host interface subnet: set or clear the network of interfaces. */
#include "src/inventory/interface.h"

static int run(struct invocation *invocation)
{
	return interface_set_one(invocation, "subnet");
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts and VMs; % for all",
		      ARGUMENT_REQUIRED | ARGUMENT_MANY, HOST),
	ARGUMENT_TEXT("iface", "device or MAC address of the interface",
		      ARGUMENT_REQUIRED, INTERFACE),
	ARGUMENT_TEXT("subnet",
		      "the network it is in, by name; empty, none or NULL clears it",
		      ARGUMENT_REQUIRED, NETWORK),
	ARGUMENTS_END,
};

const struct command cmd_set_host_interface_subnet = {
	.words = "set host interface subnet",
	.summary = "set or clear the network of hosts' interfaces",
	.arguments = arguments,
	.examples = "set host interface subnet rocks-33 eth0 none",
	.related = "set host interface\nadd host interface\nlist host interface",
	.flags = COMMAND_WRITES,
	.run = run,
};
