/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host interface name: set or clear the name of an interface. */
#include "src/inventory/interface.h"

static int run(struct invocation *invocation)
{
	return interface_set_one(invocation, "name");
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "a host or VM", ARGUMENT_REQUIRED, HOST),
	ARGUMENT_TEXT("iface", "device or MAC address of the interface",
		      ARGUMENT_REQUIRED, INTERFACE),
	ARGUMENT_TEXT("name", "the host's name there; empty, none or NULL clears it",
		      ARGUMENT_REQUIRED, NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_set_host_interface_name = {
	.words = "set host interface name",
	.summary = "set or clear the name of a host's interface",
	.arguments = arguments,
	.examples = "set host interface name rocks-33 eth0 rocks-33",
	.related = "set host interface\nadd host interface\nlist host interface",
	.flags = COMMAND_WRITES,
	.run = run,
};
