/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list gpu: how many cards of each model are free. */
#include "src/inventory/usage.h"

static int run(struct invocation *invocation)
{
	return list_models_in_use(invocation);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("model", "models, or ids such as 10de:1eb8; all by default",
		      ARGUMENT_MANY, MODEL),
	ARGUMENTS_END,
};

const struct command cmd_list_gpu = {
	.words = "list gpu",
	.summary = "list how many cards of each model are free",
	.help = "A card is used if a VM has it, running or not. It is out if it is "
		"missing, in quarantine, or kept from VMs by a card of its IOMMU group "
		"that a VM has, or by a device that a VM claims. All others are free. A "
		"card whose virtual functions are there is not counted, but they are. "
		"Booking will fill BOOKED, UNBOOKED and NEXT_FREE.",
	.arguments = arguments,
	.examples = "list gpu\nlist gpu T4",
	.related = "list gpu card\nlist gpu model\nlist host gpu\nadd host gpu",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
