/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host gpu: change a card of a host, or the card that a VM has. */
#include "src/inventory/gpu.h"

/* New facts about a card may show that two VMs have what cannot be kept apart. */
static int set(struct db *db, const struct host_ref *host, const char *name,
	       const char *value, const struct gpu_facts *facts)
{
	_cleanup_free_ char *vm = NULL;
	int r = db_gpu_set(db, host, name, value, facts);

	if (r == 0)
		r = db_gpu_conflict_named(db, host->id, name, &vm);
	if (r == 1)
		printf("%s of %s cannot be kept apart from a card that %s has (one IOMMU "
		       "group, or a card and its virtual function); take one from its "
		       "VM\n",
		       name, host->name, vm);
	return r < 0 ? r : 0;
}

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	const struct gpu_facts facts = take_gpu_facts(invocation);
	int r = take_host(invocation, "host", &hosts);

	if (r != ROCKS_DONE)
		return r;
	return answer(invocation,
		      set(invocation->db, &hosts.hosts[0], argument(invocation, "gpu"),
			  argument(invocation, "value"), &facts));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "a physical host, or a VM", ARGUMENT_REQUIRED, HOST),
	ARGUMENT_TEXT("gpu", "name of the card there", ARGUMENT_REQUIRED, CARD),
	ARGUMENT_TEXT("value", "its new PCI address; for a VM the card to use instead", 0,
		      FREE_CARD),
	ARGUMENTS_END,
};

const struct command cmd_set_host_gpu = {
	.words = "set host gpu",
	.summary = "change or add a card of a host or of a VM",
	.help = "A card that is not there yet is added, as `rocks add host gpu` adds it, "
		"if its address is given.\n\nOn a physical host the card keeps its name, "
		"its history and its VM: "
		"this is how to record a card that was moved by hand. On a VM another "
		"card of the same host takes its place.",
	.arguments = arguments,
	.parameters = gpu_parameters,
	.examples = "set host gpu vm-container-0-15 gpupci1 pci_0000_04_00_0\n"
		    "set host gpu vm-container-0-15 gpupci1 state=quarantined\n"
		    "set host gpu rocks-33 gpupci pci_0000_03_00_0",
	.related = "add host gpu\nlist host gpu\nsync host gpu",
	.flags = COMMAND_WRITES | COMMAND_RETRIED,
	.run = run,
};
