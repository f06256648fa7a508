/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list host interface: the network interfaces of hosts. */
#include "commands/command.h"
#include "db/interface.h"

static const char *const columns[] = { "HOST", "SUBNET",  "IFACE",  "MAC",
				       "IP",   "NETMASK", "MODULE", "NAME",
				       "VLAN", "OPTIONS", "CHANNEL" };

struct listing {
	struct table *table;
	const char *host;
};

static int add_row(void *data, const struct interface *row)
{
	struct listing *listing = data;
	struct table *table = listing->table;

	table_add_text(table, listing->host);
	table_add_text(table, row->network);
	table_add_text(table, row->device);
	table_add_text(table, row->mac);
	table_add_text(table, row->ip);
	table_add_text(table, row->netmask);
	table_add_text(table, row->module);
	table_add_text(table, row->name);
	if (row->vlan)
		table_add_integer(table, *row->vlan);
	else
		table_add_null(table);
	table_add_text(table, row->options);
	table_add_text(table, row->channel);
	return 0;
}

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_table_ struct table *table = NULL;
	int r = take_hosts(invocation, &hosts);

	if (r != ROCKS_DONE)
		return r;
	if (table_new(&table, columns, ARRAY_SIZE(columns)) < 0)
		return memory_error();
	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++) {
		struct listing listing = { table, hosts.hosts[i].name };

		r = answer(invocation,
			   db_interface_each(invocation->db, hosts.hosts[i].id, add_row,
					     &listing));
	}
	return r == ROCKS_DONE ? print_table(invocation, table, false, "interface") : r;
}

static const struct argument arguments[] = {
	{ "host", "hosts and VMs to list; all unless given", ARGUMENT_MANY },
	{ NULL, NULL, 0 },
};

const struct command cmd_list_host_interface = {
	.words = "list host interface",
	.summary = "list the network interfaces of hosts",
	.arguments = arguments,
	.examples = "list host interface\nlist host interface rocks-33 json=yes",
	.related = "add host interface\nset host interface\nlist network",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
