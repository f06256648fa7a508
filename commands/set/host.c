/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host: change what is recorded about hosts. */
#include "src/cli/usage.h"
#include "src/inventory/host.h"

static int run(struct invocation *invocation)
{
	struct host_change change = take_host_change(invocation);

	if (!change.membership && !change.rack && !change.rank && !change.cpus &&
	    !change.os && !change.runaction && !change.installaction)
		return usage_error(invocation->command, "nothing to set is given");
	return change_hosts(invocation, &change);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts to change; % for all",
		      ARGUMENT_REQUIRED | ARGUMENT_MANY, HOST),
	ARGUMENTS_END,
};

const struct command cmd_set_host = {
	.words = "set host",
	.summary = "change what is recorded about hosts",
	.arguments = arguments,
	.parameters = host_parameters,
	.examples = "set host vm-container-0-15 cpus=32\nset host rack0 os=linux",
	.related = "add host\nlist host",
	.flags = COMMAND_WRITES,
	.run = run,
};
