/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add aggregate host: hosts that belong together. */
#include "db/aggregate.h"
#include "src/cli/command.h"
#include "src/cli/new-name.h"

static int run(struct invocation *invocation)
{
	const char *name = argument(invocation, "aggregate");
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = check_new_name("aggregate", name);

	if (r == ROCKS_DONE)
		r = take_hosts(invocation, &hosts);
	if (r != ROCKS_DONE)
		return r;
	return answer(invocation, db_aggregate_add_hosts(invocation->db, name, &hosts));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "physical hosts", ARGUMENT_REQUIRED | ARGUMENT_MANY,
		      CONTAINER),
	ARGUMENT_TEXT("aggregate", "its name: letters, digits, - and _",
		      ARGUMENT_REQUIRED, AGGREGATE),
	ARGUMENTS_END,
};

const struct command cmd_add_aggregate_host = {
	.words = "add aggregate host",
	.summary = "add hosts to an aggregate: a group of hosts",
	.help = "The first host makes the aggregate. Wherever a command takes hosts, its "
		"name means all hosts that are in it, as rack0 does. A host may be in "
		"several; a VM is in none.",
	.arguments = arguments,
	.examples = "add aggregate host vm-container-0-15 t4-15core",
	.related = "remove aggregate host\nlist aggregate\nlist aggregate host\nlist "
		   "host",
	.flags = COMMAND_WRITES,
	.run = run,
};
