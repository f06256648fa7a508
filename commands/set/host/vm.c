/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host vm: change VM records, or create them. */
#include "db/store/limits.h"
#include "src/cli/usage.h"
#include "src/inventory/vm.h"
#include "src/vm/whose.h"

static int take_container(const struct invocation *invocation, int64_t *storage,
			  struct vm_change *change)
{
	_cleanup_host_set_ struct host_set container = { 0 };
	int r;

	if (!argument(invocation, "physnode"))
		return ROCKS_DONE;
	r = take_host(invocation, "physnode", &container);
	if (r == ROCKS_DONE) {
		*storage = container.hosts[0].id;
		change->container = storage;
	}
	return r;
}

static int run(struct invocation *invocation)
{
	const struct context context = context_of(invocation);
	struct vm_change change = take_vm_change(invocation);
	bool agreed = boolean_argument(invocation, "yes", false);
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int64_t container;
	int r = take_container(invocation, &container, &change);

	if (r == ROCKS_DONE && vm_change_is_nothing(&change))
		return usage_error(invocation->command, "nothing to set is given");
	if (r == ROCKS_DONE)
		r = change.container ? take_hosts(invocation, &hosts)
				     : take_vms(invocation, &hosts);
	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++)
		r = vm_change_record(&context, &hosts.hosts[i], &change, agreed);
	return r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "VMs; % for all", ARGUMENT_REQUIRED | ARGUMENT_MANY, VM),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_TEXT("physnode", "the container it is on", 0, CONTAINER),
	ARGUMENT_TEXT("disk", "such as file:/a.img,vda,virtio; blanks between several", 0,
		      NOTHING),
	ARGUMENT_TEXT("disksize", "in GB; - if unknown; 36 by default, unknown for phy",
		      0, NOTHING),
	ARGUMENT_INTEGER("mem", "memory in MiB", 0, 1, DB_MEMORY_MOST),
	ARGUMENT_INTEGER("slice", "its number on its container", 0, 0, DB_SLICE_MOST),
	ARGUMENT_WORD("virt-type", "how it is virtualized", 0, "hvm para"),
	ARGUMENT_TEXT("uuid", "its UUID; generated once by default", 0, NOTHING),
	VM_DEFINITION,
	VM_DOMAIN,
	VM_OWNER,
	ARGUMENT_BOOLEAN("yes", "yes: agrees to what definition=rocks changes"),
	ARGUMENTS_END,
};

const struct command cmd_set_host_vm = {
	.words = "set host vm",
	.summary = "change VMs, or make a host a VM",
	.help = "A host that is not a VM becomes one if physnode= names its container. "
		"A VM with cards stays where it is. If its definition is libvirt's, "
		"definition=rocks prints to standard error what would change, and fails; "
		"yes=yes records it. definition=libvirt returns to the copy that was "
		"kept.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "set host vm rocks-33 mem=16384\nset host vm rocks-33 "
		    "physnode=vm-container-0-14",
	.related = "add host vm\nlist host vm\ndump host vm\nadd project",
	.flags = COMMAND_WRITES,
	.run = run,
};
