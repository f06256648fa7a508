/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add retired gpu: record a card that is in no host. */
#include "src/inventory/gpu.h"

static int run(struct invocation *invocation)
{
	struct gpu_facts facts;
	int64_t numbers[2];
	int r = take_gpu_facts(invocation, numbers, &facts);

	if (r != ROCKS_DONE)
		return r;
	return answer(invocation,
		      db_retired_add(invocation->db, argument(invocation, "gpu"),
				     argument(invocation, "value"), &facts));
}

static const struct argument arguments[] = {
	{ "gpu", "the name it had on its host", ARGUMENT_REQUIRED },
	{ "value", "the PCI address it had there", ARGUMENT_REQUIRED },
	{ NULL, NULL, 0 },
};

const struct command cmd_add_retired_gpu = {
	.words = "add retired gpu",
	.summary = "record a card that is in no host",
	.help = "When a host is removed its cards that have a serial number are kept: a "
		"`rocks sync host gpu` that finds the number elsewhere goes on with what "
		"is known, and a card that was quarantined still is. This makes such a "
		"card again, as `rocks dump` prints it; serial= is needed.",
	.arguments = arguments,
	.parameters = gpu_parameters,
	.examples = "add retired gpu gpupci2 pci_0000_03_00_0 serial=00-12",
	.related = "list retired gpu\nremove retired gpu\nremove host\nsync host gpu",
	.flags = COMMAND_WRITES,
	.run = run,
};
