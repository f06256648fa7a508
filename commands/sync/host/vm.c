/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks sync host vm: record the VMs that the hypervisors of hosts have. */
#include "src/drift/adopt.h"
#include "src/fleet/hosts.h"

static int run(struct invocation *invocation)
{
	const struct context context = context_of(invocation);
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_table_ struct table *table = NULL;
	bool dryrun = boolean_argument(invocation, "dryrun", false);
	int printed, r = adopt_table(&table);

	if (r == ROCKS_DONE)
		r = take_vm_hosts(invocation, &hosts);
	if (r != ROCKS_DONE)
		return r;
	r = adopt_fleet(&context, &hosts, dryrun, table);
	printed = print_table(invocation, table, true, "vm");
	return printed == ROCKS_DONE ? r : printed;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "physical hosts; by default all that may have cards",
		      ARGUMENT_MANY, HOST),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_BOOLEAN("dryrun", "yes: shows what would change, and changes nothing"),
	ARGUMENTS_END,
};

const struct command cmd_sync_host_vm = {
	.words = "sync host vm",
	.summary = "record the VMs that the hypervisors of hosts have",
	.help = "Asks the hypervisor of each host for its VMs, whoever made them, and "
		"records those that are not recorded: name, UUID, memory, CPUs, disks, "
		"CD-ROM, interfaces with the network of the bridge that carries them, "
		"and, if `rocks sync host gpu` has recorded them, the cards. Nothing on "
		"a host changes: VMs keep running, definitions stay unchanged.\n\n"
		"STATE is new; same or changed, for a VM that was recorded before, by "
		"its UUID: its record stays, only the copy of its definition is renewed; "
		"gone: recorded, but not defined there; "
		"moving; elsewhere: recorded on another host; or refused. Nothing is "
		"recorded of the last three. WHAT says why, and what differs.\n\nIf "
		"several VMs have the same card in their definitions, the one that runs "
		"gets it. If none runs, none gets it. Network disks and others that the "
		"inventory cannot record stay in the definition. A VM that is recorded "
		"gets definition=libvirt: the inventory keeps a copy of its definition, "
		"without passwords, and rocks changes nothing in it but cards.\n\nThe "
		"exit status is 1 if a VM is refused or elsewhere, or if a "
		"host could not be asked; the record of such a host does not change. "
		"Limits: 4,096 VMs "
		"and 48 MiB a host, 1 MiB a definition.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "sync host vm dryrun=yes\nsync host vm vm-container-0-15",
	.related = "sync host gpu\ncheck host gpu\nlist host vm\nadd host vm",
	.flags = COMMAND_WRITES | COMMAND_OWN | COMMAND_TABLE,
	.run = run,
};
