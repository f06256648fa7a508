/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove host interface: forget a network interface of hosts. */
#include "db/interface.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = take_hosts(invocation, &hosts);

	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++)
		r = answer(invocation,
			   db_interface_remove(invocation->db, &hosts.hosts[i],
					       argument(invocation, "iface")));
	return r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts and VMs", ARGUMENT_REQUIRED | ARGUMENT_MANY, HOST),
	ARGUMENT_TEXT("iface", "device or MAC address of the interface",
		      ARGUMENT_REQUIRED, INTERFACE),
	ARGUMENTS_END,
};

const struct command cmd_remove_host_interface = {
	.words = "remove host interface",
	.summary = "remove a network interface of hosts",
	.help = "If any of several hosts has no such interface, nothing is removed.",
	.arguments = arguments,
	.examples = "remove host interface rocks-33 eth0",
	.related = "add host interface\nset host interface\nlist host interface",
	.flags = COMMAND_WRITES,
	.run = run,
};
