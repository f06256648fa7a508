/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add host gpu: record a card of a host, or give one to a VM. */
#include "src/inventory/gpu.h"

static int run(struct invocation *invocation)
{
	return add_gpu(invocation);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "a physical host, or a VM", ARGUMENT_REQUIRED, HOST),
	ARGUMENT_TEXT("gpu", "gpupci1, gpupci2, … on a host; gpupci, gpupci2, … on a VM",
		      ARGUMENT_REQUIRED, NOTHING),
	ARGUMENT_TEXT("value",
		      "the card's PCI address on the physical host: pci_0000_02_00_0, "
		      "0000:02:00.0 or 02:00.0; for a VM, its name there will do: "
		      "gpupci1; or a model and how many: T4:2",
		      ARGUMENT_REQUIRED, FREE_CARD),
	ARGUMENTS_END,
};

const struct command cmd_add_host_gpu = {
	.words = "add host gpu",
	.summary = "record a card of a host, or give one to a VM",
	.help = "With a physical host, records a card: function 0 alone, unless "
		"functions= lists all. `rocks sync host gpu` records everything about "
		"the cards without typing. The parameters are for a physical host only; "
		"those not given stay unknown.\n\nWith a VM, gives it a card of its "
		"container. A card belongs to at most one VM, whether the VM runs or "
		"not. A missing card can be given by name, but the VM does not start "
		"until it is back.\n\nThe number in the name of a VM's card is its "
		"place in the guest; gpupci is the first place. A place takes one card, "
		"so adding a card moves no other. A q35 machine has 32 places, a pc "
		"machine 8.\n\nA VM that asks for a model gets free cards of its "
		"container, and the command says which: all on one NUMA node if one has "
		"room, the one with the fewest free cards of the model. Several cards "
		"take the places from the one named on. A move gets cards of that model.",
	.arguments = arguments,
	.parameters = gpu_add_parameters,
	.examples = "add host gpu vm-container-0-15 gpupci1 pci_0000_02_00_0\n"
		    "add host gpu vm-container-0-15 gpupci3 04:00.0 functions=0,1\n"
		    "add host gpu rocks-33 gpupci gpupci1\n"
		    "add host gpu rocks-33 gpupci T4:2 near=node",
	.related = "list host gpu\nset host gpu\nremove host gpu\nsync host gpu\n"
		   "list gpu",
	.flags = COMMAND_WRITES | COMMAND_RETRIED,
	.run = run,
};
