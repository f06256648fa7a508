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
	.help = "Compares what is recorded, what gpupci finds on the host now, what "
		"libvirt there gives its domains, running and stopped, and which process "
		"has a card's VFIO group open. Devices that attributes pass by their "
		"address, such as kvm_device_0, are compared with what other VMs have, "
		"what libvirt has defined, and what the host uses itself. Each "
		"disagreement is a row, with the event it dates from and the command "
		"that ends it.\n\nrepair=yes records what the hosts have, as `rocks sync "
		"host gpu` does, and defines VMs that are off as `rocks report host vm "
		"config` prints them; it records which VM has which device by its "
		"address, and drops such a record if no definition supports it. It "
		"reports its repairs on standard error. It touches nothing that runs, "
		"takes no card from a host, and removes no VM or card: these rows stay, "
		"for a person.\n\nThe exit status is 0 if all agree, 1 if not, 3 if a "
		"host or its libvirt could not be asked, or only root could see there "
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
