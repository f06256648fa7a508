/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list aggregate: the hosts of aggregates, and how many cards they have. */
#include "db/aggregate.h"
#include "src/inventory/named.h"

static const char *const columns[] = { "AGGREGATE", "HOST", "CARDS" };

static int add_row(void *data, const char *name)
{
	struct named_list *list = data;
	struct db *db = list->invocation->db;
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = is_named(list->invocation, name);

	if (r != 1)
		return r;
	r = db_hosts_resolve(db, (char *[]){ (char *)name }, 1, &hosts);
	for (size_t i = 0; i < hosts.count && r == 0; i++) {
		int64_t cards = 0;

		r = db_aggregate_count_cards(db, hosts.hosts[i].id, &cards);
		table_add_text(list->table, name);
		table_add_text(list->table, hosts.hosts[i].name);
		table_add_integer(list->table, cards);
	}
	return r;
}

static int fill(struct named_list *list)
{
	return db_aggregate_each(list->invocation->db, add_row, list);
}

static int run(struct invocation *invocation)
{
	return list_named(invocation, columns, ARRAY_SIZE(columns), db_aggregate_find,
			  fill, "list");
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("aggregate", "aggregates, or patterns with %; all by default",
		      ARGUMENT_MANY, AGGREGATE),
	ARGUMENTS_END,
};

const struct command cmd_list_aggregate = {
	.words = "list aggregate",
	.summary = "list the aggregates, with their hosts",
	.help = "CARDS is how many cards a host has; virtual functions are not counted.",
	.arguments = arguments,
	.examples = "list aggregate",
	.related = "add aggregate host\nremove aggregate host\nlist aggregate host\nlist "
		   "flavor",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
