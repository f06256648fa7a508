/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add host vm: a VM on a container. */
#include "src/inventory/place.h"
#include "src/inventory/vm.h"

static int run(struct invocation *invocation)
{
	struct vm_wish wish = take_vm_wish(invocation);
	_cleanup_host_set_ struct host_set containers = { 0 };
	_cleanup_strbuf_ struct strbuf news = STRBUF_EMPTY;
	int r = take_hosts(invocation, &containers);

	if (r == ROCKS_DONE && argument(invocation, "flavor"))
		return add_vm_of_flavor(invocation, &wish, &containers);
	if (r == ROCKS_DONE && boolean_argument(invocation, "dryrun", false))
		return error("dryrun= is for flavor=, which chooses a container");
	for (size_t i = 0; i < containers.count && r == ROCKS_DONE; i++) {
		const struct host_ref *container = &containers.hosts[i];
		_cleanup_free_ char *name = NULL;

		r = answer(invocation,
			   db_vm_add(invocation->db, container, &wish, &name));
		if (r == ROCKS_DONE)
			strbuf_add_format(&news, "added VM %s on physical node %s\n",
					  name, container->name);
	}
	if (r == ROCKS_DONE && news.error)
		return memory_error();
	if (r == ROCKS_DONE)
		fputs(strbuf_text(&news), stdout);
	return r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("container",
		      "physical hosts; each of them gets a VM, of flavor= only one",
		      ARGUMENT_REQUIRED | ARGUMENT_MANY, CONTAINER),
	ARGUMENT_TEXT("membership", "its appliance, by name or membership",
		      ARGUMENT_REQUIRED, APPLIANCE),
	ARGUMENTS_END,
};

const struct command cmd_add_host_vm = {
	.words = "add host vm",
	.summary = "add a VM on a container, or on each of several",
	.help = "MAC addresses come from the range of vm_mac_base_addr and "
		"vm_mac_base_addr_mask; the disk goes into the folder that the "
		"container's vm_disk_dir names (/state/partition1).\n\nWith flavor=, one "
		"VM "
		"is added: on the container where the cards of the flavor fit and the "
		"fewest free cards of its models are left, then the first. It gets the "
		"cards and what the flavor says of CPUs, memory and disks, unless the "
		"line says otherwise.",
	.arguments = arguments,
	.parameters = vm_parameters,
	.examples =
		"add host vm vm-container-0-15 hosted-vm name=rocks-33 mem=8192 cpus=4",
	.related = "list host vm\nset host vm\nremove host vm\nadd host gpu",
	.flags = COMMAND_WRITES,
	.run = run,
};
