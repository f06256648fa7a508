/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove aggregate host: hosts leave an aggregate. */
#include "db/aggregate.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	const char *name = argument(invocation, "aggregate");
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = take_hosts(invocation, &hosts);

	if (r != ROCKS_DONE)
		return r;
	return answer(invocation,
		      db_aggregate_remove_hosts(invocation->db, name, &hosts));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts; % for all", ARGUMENT_REQUIRED | ARGUMENT_MANY,
		      CONTAINER),
	ARGUMENT_TEXT("aggregate", "the aggregate", ARGUMENT_REQUIRED, AGGREGATE),
	ARGUMENTS_END,
};

const struct command cmd_remove_aggregate_host = {
	.words = "remove aggregate host",
	.summary = "remove hosts from an aggregate",
	.help = "With its last host the aggregate is gone; that fails while flavors name "
		"it. Skips hosts that are not in it, and fails if none is.",
	.arguments = arguments,
	.examples = "remove aggregate host vm-container-0-15 t4-15core\nremove aggregate "
		    "host % t4-15core",
	.related = "add aggregate host\nlist aggregate\nset flavor",
	.flags = COMMAND_WRITES,
	.run = run,
};
