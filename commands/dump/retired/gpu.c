/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump retired gpu: the commands that restore the cards in no host. */
#include "src/inventory/dump/host.h"

static int run(struct invocation *invocation)
{
	return retired_dump(invocation);
}

const struct command cmd_dump_retired_gpu = {
	.words = "dump retired gpu",
	.summary = "print the commands that restore cards in no host",
	.examples = "dump retired gpu",
	.related = "add retired gpu\nlist retired gpu\ndump",
	.flags = COMMAND_READS,
	.run = run,
};
