/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks check host gpu: where inventory, hosts and libvirt disagree about cards. */
#include "src/drift/fleet.h"
#include "src/drift/row.h"
#include "src/fleet/hosts.h"

static int run(struct invocation *invocation)
{
	const struct context context = context_of(invocation);
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_table_ struct table *table = NULL;
	bool repair = boolean_argument(invocation, "repair", false);
	int found, printed, r = drift_table(&table);

	if (r != ROCKS_DONE)
		return r;
	found = take_vm_hosts(invocation, &hosts) == ROCKS_DONE
			? drift_fleet(&context, &hosts, repair, table)
			: ROCKS_BLIND;
	printed = print_table(invocation, table, true, "gpu");
	return printed == ROCKS_DONE ? found : printed;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host",
		      "physical hosts; by default all that may have cards for VMs",
		      ARGUMENT_MANY, HOST),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_BOOLEAN("repair", "yes: repairs what is safe, and lists the rest"),
	ARGUMENTS_END,
};

const struct command cmd_check_host_gpu = {
	.words = "check host gpu",
	.summary = "find where inventory, hosts and libvirt disagree",
	.help = "Compares the inventory with each host: the cards that gpupci finds, "
		"what libvirt gives its domains, running and stopped, and which process "
		"has a card open. It checks devices of attributes such as kvm_device_0, "
		"too: no other VM may have them, and the host must not use "
		"them. VMs with cards lock their memory: a row reports a host on which "
		"they lock more than vm_mem_reserve leaves them, and a VM whose memory "
		"is not all locked.\n\nEach "
		"disagreement is a row. WHAT says what is wrong, SINCE is "
		"the last event in the history or when the hosts were asked, and REPAIR "
		"is the command to type.\n\nrepair=yes records what the hosts have, as "
		"`rocks sync host gpu` does. It defines VMs that are off as `rocks "
		"report host vm config` prints them. It brings the record of which VM "
		"has which device of an attribute in line with libvirt's definitions. "
		"Standard error lists the repairs. It never touches a running VM, takes "
		"a card from a host, takes anything out of a definition, or removes a VM "
		"or card; such rows are left to you.\n\nThe exit status is 0 if all "
		"agree, 1 if something does not, 3 "
		"if a host or its libvirt could not be asked, or if only root could see "
		"who has a card open.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "check host gpu vm-container-0-15\ncheck host gpu repair=yes",
	.related =
		"sync host gpu\nlist host gpu\nlist host vm\nstart host vm\nlist history",
	.flags = COMMAND_READS | COMMAND_OWN | COMMAND_TABLE,
	.writes_with = "repair",
	.run = run,
};
