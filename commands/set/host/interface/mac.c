/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host interface mac: set or clear the MAC address of an interface. */
#include "src/inventory/interface.h"

static int run(struct invocation *invocation)
{
	return interface_set_one(invocation, "mac");
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "a host or VM", ARGUMENT_REQUIRED, HOST),
	ARGUMENT_TEXT("iface", "device or MAC address of the interface",
		      ARGUMENT_REQUIRED, INTERFACE),
	ARGUMENT_TEXT("mac", "MAC address; empty, none or NULL clears it",
		      ARGUMENT_REQUIRED, NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_set_host_interface_mac = {
	.words = "set host interface mac",
	.summary = "set or clear the MAC address of a host's interface",
	.arguments = arguments,
	.examples = "set host interface mac rocks-33 eth0 52:54:00:00:00:33",
	.related = "set host interface\nadd host interface\nlist host interface",
	.flags = COMMAND_WRITES,
	.run = run,
};
