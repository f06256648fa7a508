/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host vm: change VM records, or make them. */
#include "db/store/limits.h"
#include "db/vm.h"
#include "src/cli/command.h"
#include "src/cli/usage.h"

static int take_change(const struct invocation *invocation, int64_t numbers[3],
		       struct vm_change *change)
{
	_cleanup_host_set_ struct host_set container = { 0 };
	int r = integer_argument(invocation, "mem", 1, DB_MEMORY_MOST, &numbers[0],
				 &change->mem);

	if (r == ROCKS_DONE)
		r = integer_argument(invocation, "slice", 0, DB_SLICE_MOST, &numbers[1],
				     &change->slice);
	if (r != ROCKS_DONE || !argument(invocation, "physnode"))
		return r;
	r = take_host(invocation, "physnode", &container);
	if (r == ROCKS_DONE) {
		numbers[2] = container.hosts[0].id;
		change->container = &numbers[2];
	}
	return r;
}

static int run(struct invocation *invocation)
{
	struct vm_change change = { .virt_type = argument(invocation, "virt-type"),
				    .disks = argument(invocation, "disk"),
				    .disk_sizes = argument(invocation, "disksize"),
				    .uuid = argument(invocation, "uuid") };
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int64_t numbers[3];
	int r = take_change(invocation, numbers, &change);

	if (r == ROCKS_DONE && !change.container && !change.mem && !change.slice &&
	    !change.virt_type && !change.disks && !change.disk_sizes && !change.uuid)
		return usage_error(invocation->command, "nothing to set is given");
	if (r == ROCKS_DONE)
		r = change.container ? take_hosts(invocation, &hosts)
				     : take_vms(invocation, &hosts);
	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++)
		r = answer(invocation,
			   db_vm_set(invocation->db, &hosts.hosts[i], &change));
	return r;
}

static const struct argument arguments[] = {
	{ "host", "VMs; % for all", ARGUMENT_REQUIRED | ARGUMENT_MANY },
	{ NULL, NULL, 0 },
};

static const struct argument parameters[] = {
	{ "physnode", "the physical host that houses it", 0 },
	{ "disk", "TYPE:PATH,DEVICE,BUS, several with blanks between; '' for none", 0 },
	{ "disksize", "sizes of the disks in GB in their order; - when unknown", 0 },
	{ "mem", "memory in MiB", 0 },
	{ "slice", "number of the VM on its container", 0 },
	{ "virt-type", "hvm", 0 },
	{ "uuid", "its UUID; made once unless given", 0 },
	{ NULL, NULL, 0 },
};

const struct command cmd_set_host_vm = {
	.words = "set host vm",
	.summary = "change VMs, or make a host one",
	.help = "A host that is no VM becomes one when physnode= names its container. A "
		"VM "
		"that has cards stays on its container until they are taken from it.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "set host vm rocks-33 mem=16384\nset host vm rocks-33 "
		    "physnode=vm-container-0-14",
	.related = "add host vm\nlist host vm\ndump host vm",
	.flags = COMMAND_WRITES,
	.run = run,
};
