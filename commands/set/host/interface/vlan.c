/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host interface vlan: set or clear the VLAN of interfaces. */
#include "db/store/limits.h"
#include "src/inventory/interface.h"

static int run(struct invocation *invocation)
{
	return interface_set_one(invocation, "vlan");
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts and VMs; % for all",
		      ARGUMENT_REQUIRED | ARGUMENT_MANY, HOST),
	ARGUMENT_TEXT("iface", "device or MAC address of the interface",
		      ARGUMENT_REQUIRED, INTERFACE),
	ARGUMENT_INTEGER("vlan", "VLAN; 0, empty, none or NULL clears it",
			 ARGUMENT_REQUIRED | ARGUMENT_CLEARS, 0, DB_VLAN_MOST),
	ARGUMENTS_END,
};

const struct command cmd_set_host_interface_vlan = {
	.words = "set host interface vlan",
	.summary = "set or clear the VLAN of hosts' interfaces",
	.arguments = arguments,
	.examples = "set host interface vlan rocks-33 eth0 7",
	.related = "set host interface\nadd host interface\nlist host interface",
	.flags = COMMAND_WRITES,
	.run = run,
};
