/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host interface module: set or clear the module of interfaces. */
#include "src/inventory/interface.h"

static int run(struct invocation *invocation)
{
	return interface_set_one(invocation, "module");
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts and VMs; % for all",
		      ARGUMENT_REQUIRED | ARGUMENT_MANY, HOST),
	ARGUMENT_TEXT("iface", "device or MAC address of the interface",
		      ARGUMENT_REQUIRED, INTERFACE),
	ARGUMENT_TEXT("module",
		      "driver; see `rocks help set host interface`; empty, none or NULL "
		      "clears it",
		      ARGUMENT_REQUIRED, NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_set_host_interface_module = {
	.words = "set host interface module",
	.summary = "set or clear the module of hosts' interfaces",
	.arguments = arguments,
	.examples = "set host interface module rocks-33 eth0 e1000e",
	.related = "set host interface\nadd host interface\nlist host interface",
	.flags = COMMAND_WRITES,
	.run = run,
};
