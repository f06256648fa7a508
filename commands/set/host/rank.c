/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host rank: where hosts are in their rack. */
#include "db/store/limits.h"
#include "src/inventory/host.h"

static int run(struct invocation *invocation)
{
	struct host_change change = { .rank = integer_argument(invocation, "rank") };

	return change_hosts(invocation, &change);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts to change; % for all",
		      ARGUMENT_REQUIRED | ARGUMENT_MANY, HOST),
	ARGUMENT_INTEGER("rank", "number in the rack", ARGUMENT_REQUIRED, 0,
			 DB_RANK_MOST),
	ARGUMENTS_END,
};

const struct command cmd_set_host_rank = {
	.words = "set host rank",
	.summary = "set where hosts are in their rack",
	.help = "The same as `rocks set host` with rank=. The name of a host stays.",
	.arguments = arguments,
	.examples = "set host rank compute-0-0 7",
	.related = "set host\nadd host\nlist host",
	.flags = COMMAND_WRITES,
	.run = run,
};
