/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add gpu model: a name for cards with these ids. */
#include "db/model.h"
#include "src/cli/command.h"
#include "src/cli/new-name.h"

static int run(struct invocation *invocation)
{
	const char *name = argument(invocation, "model");
	int r = check_new_name("model", name);

	if (r != ROCKS_DONE)
		return r;
	return answer(invocation,
		      db_model_add(invocation->db, name, argument(invocation, "ids")));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("model", "its name: a letter, then letters, digits, - _ . and +",
		      ARGUMENT_REQUIRED, MODEL),
	ARGUMENT_TEXT("ids",
		      "vendor:device[:subvendor:subdevice], as lspci -nn shows them",
		      ARGUMENT_REQUIRED, NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_add_gpu_model = {
	.words = "add gpu model",
	.summary = "give cards with these ids a name",
	.help = "A model may have several ids. A card is of the model that has all four "
		"of its ids, else of the one that has the first two. Usual cards have "
		"names already, which these replace: see `rocks list gpu model`.",
	.arguments = arguments,
	.examples = "add gpu model T4 10de:1eb8\nadd gpu model A16 10de:25b6:10de:14a9",
	.related = "list gpu model\nremove gpu model\nlist gpu",
	.flags = COMMAND_WRITES,
	.run = run,
};
