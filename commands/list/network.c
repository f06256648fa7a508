/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list network: the networks that interfaces can be in. */
#include "db/network.h"
#include "src/inventory/named.h"

static const char *const columns[] = { "NETWORK", "SUBNET", "NETMASK", "MTU", "DNSZONE" };

struct listing {
	const struct invocation *invocation;
	struct table *table;
};

static int add_row(void *data, const struct network *row)
{
	struct listing *listing = data;
	struct table *table = listing->table;
	int r = is_named(listing->invocation, row->name);

	if (r != 1)
		return r;
	table_add_text(table, row->name);
	table_add_text(table, row->subnet);
	table_add_text(table, row->netmask);
	if (row->mtu)
		table_add_integer(table, *row->mtu);
	else
		table_add_null(table);
	table_add_text(table, row->dnszone);
	return 0;
}

static int run(struct invocation *invocation)
{
	struct listing listing = { .invocation = invocation };
	_cleanup_table_ struct table *table = NULL;
	int r;

	if (table_new(&table, columns, ARRAY_SIZE(columns)) < 0)
		return memory_error();
	listing.table = table;
	r = check_named(invocation, db_network_find);
	if (r == 0)
		r = db_network_each(invocation->db, add_row, &listing);
	r = answer(invocation, r);
	return r == ROCKS_DONE ? print_table(invocation, table, true, "list") : r;
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
