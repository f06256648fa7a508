/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add host gpu: record a card of a host, or give one to a VM. */
#include "src/inventory/gpu.h"

static int run(struct invocation *invocation)
{
	return change_gpu(invocation, db_gpu_add);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "a physical host, or a VM", ARGUMENT_REQUIRED, HOST),
	ARGUMENT_TEXT("gpu", "gpupci1, gpupci2, … on a host; gpupci, gpupci2, … on a VM",
		      ARGUMENT_REQUIRED, NOTHING),
	ARGUMENT_TEXT("value",
		      "PCI address of the card: pci_0000_02_00_0, 0000:02:00.0 or "
		      "02:00.0; for a VM "
		      "also the card's name on the host that houses it",
		      ARGUMENT_REQUIRED, FREE_CARD),
	ARGUMENTS_END,
};

const struct command cmd_add_host_gpu = {
	.words = "add host gpu",
	.summary = "record a card of a host, or give one to a VM",
	.help = "On a physical host this records a card, with function 0 alone unless "
		"functions= or `rocks sync host gpu` tells more. On a VM it gives the VM "
		"a "
		"card of the host that houses it; a card is in one VM at most, running "
		"or "
		"not. A card that is missing may be given by its name: the VM waits for "
		"it.\n\n"
		"The number of its name there is its place in the guest, gpupci the "
		"first: a VM has one card a place, so that no other moves when it gets "
		"one. A machine of the kind q35 has 32 places, one of the kind pc 8.",
	.arguments = arguments,
	.parameters = gpu_parameters,
	.examples = "add host gpu vm-container-0-15 gpupci1 pci_0000_02_00_0\n"
		    "add host gpu rocks-33 gpupci pci_0000_02_00_0",
	.related = "list host gpu\nset host gpu\nremove host gpu\nsync host gpu",
	.flags = COMMAND_WRITES | COMMAND_RETRIED,
	.run = run,
};
