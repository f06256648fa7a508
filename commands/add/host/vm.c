/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add host vm: a VM on a container. */
#include "src/inventory/vm.h"

static int run(struct invocation *invocation)
{
	struct vm_wish wish = take_vm_wish(invocation);
	_cleanup_host_set_ struct host_set container = { 0 };
	_cleanup_free_ char *name = NULL;
	int r = take_host(invocation, "container", &container);

	if (r == ROCKS_DONE)
		r = answer(invocation,
			   db_vm_add(invocation->db, &container.hosts[0], &wish, &name));
	if (r == ROCKS_DONE)
		printf("added VM %s on physical node %s\n", name,
		       container.hosts[0].name);
	return r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("container", "the physical host to create it on", ARGUMENT_REQUIRED,
		      CONTAINER),
	ARGUMENT_TEXT("membership", "its appliance, by name or membership",
		      ARGUMENT_REQUIRED, APPLIANCE),
	ARGUMENTS_END,
};

const struct command cmd_add_host_vm = {
	.words = "add host vm",
	.summary = "add a VM on a container",
	.help = "MAC addresses come from the range of vm_mac_base_addr and "
		"vm_mac_base_addr_mask; the disk goes into the folder that the "
		"container's vm_disk_dir names (/state/partition1).",
	.arguments = arguments,
	.parameters = vm_parameters,
	.examples =
		"add host vm vm-container-0-15 hosted-vm name=rocks-33 mem=8192 cpus=4",
	.related = "list host vm\nset host vm\nremove host vm\nadd host gpu",
	.flags = COMMAND_WRITES,
	.run = run,
};
