/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list network: the networks that interfaces can be in. */
#include "db/network.h"
#include "src/inventory/named.h"

static const char *const columns[] = { "NETWORK", "SUBNET", "NETMASK", "MTU", "DNSZONE" };

static int add_row(void *data, const struct network *row)
{
	struct named_list *list = data;
	struct table *table = list->table;
	int r = is_named(list->invocation, row->name);

	if (r != 1)
		return r;
	table_add_text(table, row->name);
	table_add_text(table, row->subnet);
	table_add_text(table, row->netmask);
	table_add_optional(table, row->mtu);
	table_add_text(table, row->dnszone);
	return 0;
}

static int fill(struct named_list *list)
{
	return db_network_each(list->invocation->db, add_row, list);
}

static int run(struct invocation *invocation)
{
	return list_named(invocation, columns, ARRAY_SIZE(columns), db_network_find, fill,
			  "list");
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("network", "networks, or patterns with %; all by default",
		      ARGUMENT_MANY, NETWORK),
	ARGUMENTS_END,
};

const struct command cmd_list_network = {
	.words = "list network",
	.summary = "list the networks",
	.arguments = arguments,
	.examples = "list network",
	.related = "add network\nremove network\nlist host interface",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
