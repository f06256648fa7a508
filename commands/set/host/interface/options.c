/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host interface options: set or clear the options of interfaces. */
#include "src/inventory/interface.h"

static int run(struct invocation *invocation)
{
	return interface_set_one(invocation, "options");
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts and VMs; % for all",
		      ARGUMENT_REQUIRED | ARGUMENT_MANY, HOST),
	ARGUMENT_TEXT("iface", "device or MAC address of the interface",
		      ARGUMENT_REQUIRED, INTERFACE),
	ARGUMENT_TEXT("options", "options of the driver; empty, none or NULL clears it",
		      ARGUMENT_REQUIRED, NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_set_host_interface_options = {
	.words = "set host interface options",
	.summary = "set or clear the options of hosts' interfaces",
	.arguments = arguments,
	.examples = "set host interface options rocks-33 eth0 dhcp",
	.related = "set host interface\nadd host interface\nlist host interface",
	.flags = COMMAND_WRITES,
	.run = run,
};
