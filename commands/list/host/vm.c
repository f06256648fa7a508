/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list host vm: VMs and who houses them. */
#include "commands/vm-list.h"

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_table_ struct table *table = NULL;
	int r;

	if (true_argument(invocation, "status"))
		return error(
			"status=yes needs the plugin libvirt.so, which is not there; "
			"on the container `virsh list --all` tells");
	r = take_hosts(invocation, &hosts);
	if (r == ROCKS_DONE)
		r = vm_list_fill(invocation, &hosts,
				 true_argument(invocation, "showdisks"), &table);
	return r == ROCKS_DONE ? print_table(invocation, table, false, "vm") : r;
}

static const struct argument arguments[] = {
	{ "host", "VMs, or containers for all VMs in them; all unless given",
	  ARGUMENT_MANY },
	{ NULL, NULL, 0 },
};

static const struct argument parameters[] = {
	{ "showdisks", "yes: with disks and CD-ROM", 0 },
	{ "status", "yes: with what the VM does now (needs the plugin libvirt.so)", 0 },
	{ NULL, NULL, 0 },
};

const struct command cmd_list_host_vm = {
	.words = "list host vm",
	.summary = "list VMs and the hosts that house them",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "list host vm\nlist host vm vm-container-0-15 showdisks=yes",
	.related = "add host vm\nset host vm\nset host vm cdrom\nremove host vm\nlist "
		   "host gpu",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
