/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host runaction: what hosts boot. */
#include "src/inventory/host.h"

static int run(struct invocation *invocation)
{
	struct host_change change = { .runaction = take_action(
					      argument(invocation, "action")) };

	return change_hosts(invocation, &change);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts to change; % for all",
		      ARGUMENT_REQUIRED | ARGUMENT_MANY, HOST),
	ARGUMENT_TEXT("action", "what they boot; none for nothing", ARGUMENT_REQUIRED,
		      NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_set_host_runaction = {
	.words = "set host runaction",
	.summary = "set what hosts boot",
	.help = "The same as `rocks set host` with runaction=.",
	.arguments = arguments,
	.examples = "set host runaction vm-container-0-15 os",
	.related = "set host\nset host installaction\nlist host",
	.flags = COMMAND_WRITES,
	.run = run,
};
