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
		      "also the card's name on its container",
		      ARGUMENT_REQUIRED, FREE_CARD),
	ARGUMENTS_END,
};

const struct command cmd_add_host_gpu = {
	.words = "add host gpu",
	.summary = "record a card of a host, or give one to a VM",
	.help = "On a physical host this records a card, with function 0 only, unless "
		"functions= or `rocks sync host gpu` adds more. On a VM it gives the VM "
		"a card of its container; a card belongs to at most one VM, running or "
		"not. A missing card can be given by its name: the VM waits for "
		"it.\n\nThe number in the name of a VM's card is its place in the guest, "
		"and gpupci is the first: each place takes one card, so that adding a "
		"card moves no other. A q35 machine has 32 places, a pc machine 8.",
	.arguments = arguments,
	.parameters = gpu_parameters,
	.examples = "add host gpu vm-container-0-15 gpupci1 pci_0000_02_00_0\n"
		    "add host gpu rocks-33 gpupci pci_0000_02_00_0",
	.related = "list host gpu\nset host gpu\nremove host gpu\nsync host gpu",
	.flags = COMMAND_WRITES | COMMAND_RETRIED,
	.run = run,
};
