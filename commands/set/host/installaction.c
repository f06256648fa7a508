/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host installaction: what hosts boot for an installation. */
#include "src/inventory/host.h"

static int run(struct invocation *invocation)
{
	struct host_change change = { .installaction = take_action(
					      argument(invocation, "action")) };

	return change_hosts(invocation, &change);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts to change; % for all",
		      ARGUMENT_REQUIRED | ARGUMENT_MANY, HOST),
	ARGUMENT_TEXT("action", "what they boot for an installation", ARGUMENT_REQUIRED,
		      NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_set_host_installaction = {
	.words = "set host installaction",
	.summary = "set what hosts boot for an installation",
	.help = "The same as `rocks set host` with installaction=.",
	.arguments = arguments,
	.examples = "set host installaction vm-container-0-15 install",
	.related = "set host\nset host runaction\nlist host",
	.flags = COMMAND_WRITES,
	.run = run,
};
