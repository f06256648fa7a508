/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list host alias: other names of hosts. */
#include "db/alias.h"
#include "src/cli/command.h"

static const char *const columns[] = { "HOST", "ALIAS" };

struct listing {
	struct table *table;
	const char *host;
};

static int add_row(void *data, const char *name)
{
	struct listing *listing = data;

	table_add_text(listing->table, listing->host);
	table_add_text(listing->table, name);
	return 0;
}

static int add_host(struct db *db, const struct host_ref *host, struct table *table)
{
	struct listing listing = { table, host->name };

	return db_alias_each(db, host->id, add_row, &listing);
}

static int run(struct invocation *invocation)
{
	return list_by_host(invocation, columns, ARRAY_SIZE(columns), add_host, true,
			    "alias");
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts and VMs to list; all by default", ARGUMENT_MANY,
		      HOST),
	ARGUMENTS_END,
};

const struct command cmd_list_host_alias = {
	.words = "list host alias",
	.summary = "list other names of hosts",
	.arguments = arguments,
	.examples = "list host alias compute-0-0",
	.related = "add host alias\nremove host alias\ndump host alias",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
