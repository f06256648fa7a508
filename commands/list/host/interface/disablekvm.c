/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list host interface disablekvm: whether libvirt makes interfaces of VMs. */
#include "db/interface.h"
#include "src/cli/command.h"

static const char *const columns[] = { "HOST", "IFACE", "DISABLEKVM" };

struct listing {
	struct table *table;
	const char *host;
};

static int add_row(void *data, const struct interface *row)
{
	struct listing *listing = data;

	table_add_text(listing->table, listing->host);
	table_add_text(listing->table, row->device);
	table_add_text(listing->table, db_interface_is_nokvm(row) ? "True" : "False");
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

const struct command cmd_list_host_interface_disablekvm = {
	.words = "list host interface disablekvm",
	.summary = "list which interfaces are kept out of XML",
	.arguments = arguments,
	.examples = "list host interface disablekvm rocks-33",
	.related = "set host interface disablekvm\nlist host interface",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
