/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove appliance: remove an appliance that no host has. */
#include "db/appliance.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	return answer(invocation, db_appliance_remove(invocation->db,
						      argument(invocation, "appliance")));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("appliance", "name or membership", ARGUMENT_REQUIRED, APPLIANCE),
	ARGUMENTS_END,
};

const struct command cmd_remove_appliance = {
	.words = "remove appliance",
	.summary = "remove an appliance and its attributes",
	.help = "Fails while any host has this appliance.",
	.arguments = arguments,
	.examples = "remove appliance gpu-container",
	.related = "list appliance\nadd appliance",
	.flags = COMMAND_WRITES,
	.run = run,
};
