/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add appliance: a new kind of host. */
#include "db/appliance.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	const char *name = argument(invocation, "appliance");
	const char *membership = argument(invocation, "membership");

	return answer(invocation, db_appliance_add(invocation->db, name,
						   membership ? membership : name));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("appliance", "name, the first part of its hosts' names",
		      ARGUMENT_REQUIRED, NOTHING),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_TEXT("membership",
		      "the name that people read; the appliance's name by default", 0,
		      NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_add_appliance = {
	.words = "add appliance",
	.summary = "add an appliance: a kind of host",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "add appliance gpu-container membership='GPU Container'",
	.related = "list appliance\nremove appliance\nadd host",
	.flags = COMMAND_WRITES,
	.run = run,
};
