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
		      "physical hosts; all that may have cards for VMs unless given",
		      ARGUMENT_MANY, HOST),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_BOOLEAN("repair", "yes: does what is safe, and lists what it left"),
	ARGUMENTS_END,
};

const struct command cmd_check_host_gpu = {
	.words = "check host gpu",
	.summary = "find where inventory, hosts and libvirt disagree",
	.help = "Compares what is recorded, what gpupci finds on the host now, what "
		"libvirt there gives its domains, running and stopped, and which process "
		"has a card's VFIO group open. Devices that attributes pass by their "
		"address, such as kvm_device_0, are compared with what other VMs have, "
		"with what libvirt has defined, and with what the host uses itself. A "
		"row "
		"a disagreement: since which facts, and the command that ends it."
		"\n\nrepair=yes records what the hosts have, as `rocks sync host gpu` "
		"does, "
		"and defines VMs that are off as `rocks report host vm config` prints "
		"them; it writes which VM has which device by its address, and drops "
		"that "
		"where no definition says so. What it did it says on standard error. It "
		"touches nothing that runs, takes no card from a host, and removes no VM "
		"or card: these rows stay, for a person.\n\nThe exit status is 0 when "
		"all "
		"agree, 1 when not, 3 when some host or its libvirt could not be asked, "
		"or only root could see there who has a card open.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "check host gpu vm-container-0-15\ncheck host gpu repair=yes",
	.related =
		"sync host gpu\nlist host gpu\nlist host vm\nstart host vm\nlist history",
	.flags = COMMAND_READS | COMMAND_OWN | COMMAND_TABLE,
	.writes_with = "repair",
	.run = run,
};
