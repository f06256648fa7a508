/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host membership: which appliance hosts are. */
#include "src/inventory/host.h"

static int run(struct invocation *invocation)
{
	struct host_change change = { .membership = argument(invocation, "membership") };

	return change_hosts(invocation, &change);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts to change; % for all",
		      ARGUMENT_REQUIRED | ARGUMENT_MANY, HOST),
	ARGUMENT_TEXT("membership",
		      "the appliance, by its name or membership, in any case",
		      ARGUMENT_REQUIRED, APPLIANCE),
	ARGUMENTS_END,
};

const struct command cmd_set_host_membership = {
	.words = "set host membership",
	.summary = "set which appliance hosts are",
	.help = "The same as `rocks set host` with membership=. Hosts then have the "
		"attributes of that appliance instead of the former one's.",
	.arguments = arguments,
	.examples = "set host membership compute-0-0 Login",
	.related = "set host\nadd host\nlist host",
	.flags = COMMAND_WRITES,
	.run = run,
};
