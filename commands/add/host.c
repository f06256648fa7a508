/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add host: record a machine. */
#include "src/inventory/host.h"

static int run(struct invocation *invocation)
{
	struct host_change change = take_host_change(invocation);
	int64_t id;

	return answer(
		invocation,
		db_host_add(invocation->db, argument(invocation, "host"), &change, &id));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "name of the host: letters, digits, - and _",
		      ARGUMENT_REQUIRED, NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_add_host = {
	.words = "add host",
	.summary = "add a host",
	.help = "The membership, rack and rank of a host come from a name such as "
		"compute-0-0, whose first part is an appliance (the last two dashes "
		"count: vm-container-0-15 is a vm-container in rack 0, rank 15). Any "
		"other name needs all three. Parameters override what the name says. "
		"cpus is 1 and os is linux by default.\n\nA name must not contain a dot, "
		"start with -, be rackN or the name of an appliance, or be in use "
		"already.",
	.arguments = arguments,
	.parameters = host_parameters,
	.examples = "add host vm-container-0-15\n"
		    "add host rocks-33 membership='Hosted VM' rack=0 rank=15 cpus=4",
	.related = "list host\nset host\nremove host\nadd host vm",
	.flags = COMMAND_WRITES,
	.run = run,
};
