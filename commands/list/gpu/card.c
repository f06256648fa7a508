/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list gpu card: each card, and who has it. */
#include "src/inventory/usage.h"

static int run(struct invocation *invocation)
{
	return list_cards_in_use(invocation);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("model", "models, or ids such as 10de:1eb8; all by default",
		      ARGUMENT_MANY, MODEL),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_TEXT("host",
		      "only cards of these hosts; a word as for `rocks list host`", 0,
		      HOST),
	ARGUMENTS_END,
};

const struct command cmd_list_gpu_card = {
	.words = "list gpu card",
	.summary = "list cards, their models and users",
	.help = "The states are those of `rocks list gpu`. USER is the owner of the VM. "
		"Booking will fill UNTIL.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "list gpu card T4\nlist gpu card host=vm-container-0-15",
	.related = "list gpu\nlist gpu model\nlist host gpu",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
