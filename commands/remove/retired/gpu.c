/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove retired gpu: forget a card that is in no host. */
#include "db/gpu.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	return answer(invocation,
		      db_retired_remove(invocation->db, argument(invocation, "serial")));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("serial", "its serial number, or its UUID", ARGUMENT_REQUIRED,
		      RETIRED),
	ARGUMENTS_END,
};

const struct command cmd_remove_retired_gpu = {
	.words = "remove retired gpu",
	.summary = "forget a card that is in no host",
	.help = "For a card that is gone for good. The history keeps it.",
	.arguments = arguments,
	.examples = "remove retired gpu 00-12",
	.related = "list retired gpu\nadd retired gpu\nlist history",
	.flags = COMMAND_WRITES,
	.run = run,
};
