/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add host interface: a network interface of a host. */
#include "src/inventory/interface.h"

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	struct interface interface = take_interface(invocation, false);
	int r = take_host(invocation, "host", &hosts);

	if (r != ROCKS_DONE)
		return r;
	interface.device = argument(invocation, "iface");
	return answer(invocation,
		      db_interface_add(invocation->db, hosts.hosts[0].id, &interface));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "a host or VM", ARGUMENT_REQUIRED, HOST),
	ARGUMENT_TEXT("iface",
		      "the device there, such as eth0; on a container what VMs connect "
		      "to, such as br0; or its MAC address, if the device is not known",
		      ARGUMENT_REQUIRED, NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_add_host_interface = {
	.words = "add host interface",
	.summary = "add a network interface of a host",
	.help = "A VM's interface connects to its container's interface in the same "
		"network and VLAN; an Open vSwitch in the network takes any VLAN.",
	.arguments = arguments,
	.parameters = interface_parameters,
	.examples = "add host interface vm-container-0-15 br0 subnet=private "
		    "ip=10.1.0.9\n"
		    "add host interface rocks-33 eth1 mac=52:54:00:00:00:33",
	.related = "list host interface\nset host interface\nremove host interface\n"
		   "add network\nreport vm nextmac",
	.flags = COMMAND_WRITES,
	.run = run,
};
