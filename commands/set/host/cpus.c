/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host cpus: how many CPUs hosts have. */
#include "db/store/limits.h"
#include "src/inventory/host.h"

static int run(struct invocation *invocation)
{
	struct host_change change = { .cpus = integer_argument(invocation, "cpus") };

	return change_hosts(invocation, &change);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts to change; % for all",
		      ARGUMENT_REQUIRED | ARGUMENT_MANY, HOST),
	ARGUMENT_INTEGER("cpus", "number of CPUs", ARGUMENT_REQUIRED, 1, DB_CPUS_MOST),
	ARGUMENTS_END,
};

const struct command cmd_set_host_cpus = {
	.words = "set host cpus",
	.summary = "set how many CPUs hosts have",
	.help = "The same as `rocks set host` with cpus=. A VM has the new number the "
		"next time it is started.",
	.arguments = arguments,
	.examples = "set host cpus rocks-33 4",
	.related = "set host\nadd host\nlist host",
	.flags = COMMAND_WRITES,
	.run = run,
};
