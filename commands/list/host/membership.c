/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list host membership: what hosts are. */
#include "db/host.h"
#include "src/cli/command.h"

static const char *const columns[] = { "HOST", "MEMBERSHIP" };

static int add_row(void *data, const struct host *row)
{
	table_add_text(data, row->name);
	table_add_text(data, row->membership);
	return 0;
}

static int add_host(struct db *db, const struct host_ref *host, struct table *table)
{
	const struct host_set one = { .hosts = (struct host_ref *)host, .count = 1 };

	return db_host_each(db, &one, add_row, table);
}

static int run(struct invocation *invocation)
{
	return list_by_host(invocation, columns, ARRAY_SIZE(columns), add_host, true,
			    "membership");
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts and VMs to list; all by default", ARGUMENT_MANY,
		      HOST),
	ARGUMENTS_END,
};

const struct command cmd_list_host_membership = {
	.words = "list host membership",
	.summary = "list the memberships of hosts",
	.arguments = arguments,
	.examples = "list host membership compute-0-0",
	.related = "list host\nlist membership\nset host membership",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
