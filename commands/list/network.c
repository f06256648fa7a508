/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list network: the networks that interfaces can be in. */
#include "db/network.h"
#include "src/cli/command.h"

static const char *const columns[] = { "NETWORK", "SUBNET", "NETMASK", "MTU", "DNSZONE" };

static int add_row(void *data, const struct network *row)
{
	table_add_text(data, row->name);
	table_add_text(data, row->subnet);
	table_add_text(data, row->netmask);
	if (row->mtu)
		table_add_integer(data, *row->mtu);
	else
		table_add_null(data);
	table_add_text(data, row->dnszone);
	return 0;
}

static int run(struct invocation *invocation)
{
	_cleanup_table_ struct table *table = NULL;
	int r;

	if (table_new(&table, columns, ARRAY_SIZE(columns)) < 0)
		return memory_error();
	r = answer(invocation, db_network_each(invocation->db, add_row, table));
	return r == ROCKS_DONE ? print_table(invocation, table, true, "list") : r;
}

const struct command cmd_list_network = {
	.words = "list network",
	.summary = "list the networks",
	.examples = "list network",
	.related = "add network\nremove network\nlist host interface",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
