/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add retired gpu: record a card that is in no host. */
#include "src/inventory/gpu.h"

static int run(struct invocation *invocation)
{
	struct gpu_facts facts = take_gpu_facts(invocation);

	return answer(invocation,
		      db_retired_add(invocation->db, argument(invocation, "gpu"),
				     argument(invocation, "value"), &facts));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("gpu", "the name it had on its host", ARGUMENT_REQUIRED, NOTHING),
	ARGUMENT_TEXT("value", "the PCI address it had there", ARGUMENT_REQUIRED,
		      NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_add_retired_gpu = {
	.words = "add retired gpu",
	.summary = "record a card that is in no host",
	.help = "When a host is removed, its cards with a serial number are kept: a "
		"later `rocks sync host gpu HOST adopt=NUMBER` keeps what is known of "
		"the "
		"card on another host, and a quarantined card stays quarantined. "
		"This command restores such a card, as `rocks dump` prints it; serial= "
		"is required.",
	.arguments = arguments,
	.parameters = gpu_parameters,
	.examples = "add retired gpu gpupci2 pci_0000_03_00_0 serial=00-12",
	.related = "list retired gpu\nremove retired gpu\nremove host\nsync host gpu",
	.flags = COMMAND_WRITES,
	.run = run,
};
