/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump gpu model: the commands that restore the names of cards. */
#include "src/inventory/dump/host.h"

static int run(struct invocation *invocation)
{
	return model_dump(invocation);
}

const struct command cmd_dump_gpu_model = {
	.words = "dump gpu model",
	.summary = "print the commands that restore models",
	.help = "Names in files are not in a dump.",
	.examples = "dump gpu model",
	.related = "add gpu model\nlist gpu model\ndump",
	.flags = COMMAND_READS,
	.run = run,
};
