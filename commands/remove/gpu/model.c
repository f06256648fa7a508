/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove gpu model: forget a name that the inventory has for cards. */
#include "db/model.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	return answer(invocation,
		      db_model_remove(invocation->db, argument(invocation, "model"),
				      argument(invocation, "ids")));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("model", "its name", ARGUMENT_REQUIRED, MODEL),
	ARGUMENT_TEXT("ids", "only these of it; all by default", 0, NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_remove_gpu_model = {
	.words = "remove gpu model",
	.summary = "forget a name that the inventory has for cards",
	.help = "The cards stay. The usual names are in a file and stay, too.",
	.arguments = arguments,
	.examples = "remove gpu model A16\nremove gpu model V100 10de:1db6",
	.related = "add gpu model\nlist gpu model",
	.flags = COMMAND_WRITES,
	.run = run,
};
