/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host interface: change network interfaces of hosts. */
#include "src/cli/usage.h"
#include "src/inventory/interface.h"

static int run(struct invocation *invocation)
{
	struct interface change = take_interface(invocation, true);

	if (!change.ip && !change.mac && !change.network && !change.name &&
	    !change.module && !change.vlan && !change.options && !change.channel)
		return usage_error(invocation->command, "nothing to set is given");
	return interfaces_set(invocation, &change);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts and VMs; % for all",
		      ARGUMENT_REQUIRED | ARGUMENT_MANY, HOST),
	ARGUMENT_TEXT("iface", "device or MAC address of the interface",
		      ARGUMENT_REQUIRED, INTERFACE),
	ARGUMENTS_END,
};

const struct command cmd_set_host_interface = {
	.words = "set host interface",
	.summary = "change network interfaces of hosts",
	.help = "An empty value, none or NULL clears. If any of several hosts has no "
		"such interface, nothing is changed.",
	.arguments = arguments,
	.parameters = interface_parameters,
	.examples = "set host interface rocks-33 eth0 ip=10.1.255.33 name=rocks-33\n"
		    "set host interface rocks-33 eth0 vlan=none",
	.related = "add host interface\nlist host interface\nremove host interface",
	.flags = COMMAND_WRITES,
	.run = run,
};
