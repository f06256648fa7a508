/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list host interface: the network interfaces of hosts. */
#include <string.h>

#include "db/interface.h"
#include "src/cli/command.h"

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
	table_add_text(table, row->mac && strcmp(row->device, row->mac) == 0
				      ? NULL
				      : row->device);
	table_add_text(table, row->mac);
	table_add_text(table, row->ip);
	table_add_text(table, row->netmask);
	table_add_text(table, row->module);
	table_add_text(table, row->name);
	table_add_optional(table, row->vlan);
	table_add_text(table, row->options);
	table_add_text(table, row->channel);
	return 0;
}

static int add_host(struct db *db, const struct host_ref *host, struct table *table)
{
	struct listing listing = { table, host->name };

	return db_interface_each(db, host->id, add_row, &listing);
}

static int run(struct invocation *invocation)
{
	return list_by_host(invocation, columns, ARRAY_SIZE(columns), add_host, false,
			    "interface");
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts and VMs to list; all by default", ARGUMENT_MANY,
		      HOST),
	ARGUMENTS_END,
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
