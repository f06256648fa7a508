/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks check host gpu: where inventory, hosts and libvirt disagree about cards. */
#include "commands/drift-fleet.h"
#include "commands/drift.h"

static int run(struct invocation *invocation)
{
	_cleanup_table_ struct table *table = NULL;
	int found, printed, r = drift_table(&table);

	if (r != ROCKS_DONE)
		return r;
	found = drift_fleet(invocation, table);
	printed = print_table(invocation, table, true, "gpu");
	return printed == ROCKS_DONE ? found : printed;
}

static const struct argument arguments[] = {
	{ "host", "physical hosts; all that may have cards for VMs unless given",
	  ARGUMENT_MANY },
	{ NULL, NULL, 0 },
};

const struct command cmd_check_host_gpu = {
	.words = "check host gpu",
	.summary = "find where inventory, hosts and libvirt disagree",
	.help = "Compares what is recorded, what gpupci finds on the host now, what "
		"libvirt "
		"there gives its domains, running and stopped, and which process has a "
		"card's VFIO group open. A row a disagreement, with the command that "
		"ends "
		"it; nothing is changed.\n\nThe exit status is 0 when all agree, 1 when "
		"not, 3 "
		"when some host or its libvirt could not be asked.",
	.arguments = arguments,
	.examples = "check host gpu vm-container-0-15",
	.related = "sync host gpu\nlist host gpu\nlist host vm\nstart host vm",
	.flags = COMMAND_READS | COMMAND_OWN | COMMAND_TABLE,
	.run = run,
};
