/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list aggregate host: which aggregates hosts are in. */
#include "db/aggregate.h"
#include "src/cli/command.h"

static const char *const columns[] = { "HOST", "AGGREGATE" };

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

	return db_aggregate_each_of(db, host->id, add_row, &listing);
}

static int run(struct invocation *invocation)
{
	return list_by_host(invocation, columns, ARRAY_SIZE(columns), add_host, true,
			    "aggregate");
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts to list; all by default", ARGUMENT_MANY, CONTAINER),
	ARGUMENTS_END,
};

const struct command cmd_list_aggregate_host = {
	.words = "list aggregate host",
	.summary = "list which aggregates hosts are in",
	.arguments = arguments,
	.examples = "list aggregate host vm-container-0-15",
	.related = "add aggregate host\nremove aggregate host\nlist aggregate",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
