/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host rack: which rack hosts are in. */
#include "db/store/limits.h"
#include "src/inventory/host.h"

static int run(struct invocation *invocation)
{
	struct host_change change = { .rack = integer_argument(invocation, "rack") };

	return change_hosts(invocation, &change);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts to change; % for all",
		      ARGUMENT_REQUIRED | ARGUMENT_MANY, HOST),
	ARGUMENT_INTEGER("rack", "number of the rack", ARGUMENT_REQUIRED, 0,
			 DB_RACK_MOST),
	ARGUMENTS_END,
};

const struct command cmd_set_host_rack = {
	.words = "set host rack",
	.summary = "set which rack hosts are in",
	.help = "The same as `rocks set host` with rack=. The name of a host stays.",
	.arguments = arguments,
	.examples = "set host rack compute-0-0 1",
	.related = "set host\nadd host\nlist host",
	.flags = COMMAND_WRITES,
	.run = run,
};
