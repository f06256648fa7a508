/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list host gpu: the cards of hosts and VMs. */
#include "commands/gpu.h"

static const char *const columns[] = { "HOST", "GPU", "PCI_BUS" };

struct listing {
	struct table *table;
	const char *host;
};

static int add_row(void *data, const char *name, const int64_t *address)
{
	struct listing *listing = data;
	char text[PCI_ADDRESS_SIZE];

	table_add_text(listing->table, listing->host);
	table_add_text(listing->table, name);
	table_add_text(listing->table, gpu_address_text(address, text));
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
			   db_gpu_place_each(invocation->db, hosts.hosts[i].id, add_row,
					     &listing));
	}
	return r == ROCKS_DONE ? print_table(invocation, table, true, "gpu") : r;
}

static const struct argument arguments[] = {
	{ "host", "hosts and VMs to list; all unless given", ARGUMENT_MANY },
	{ NULL, NULL, 0 },
};

const struct command cmd_list_host_gpu = {
	.words = "list host gpu",
	.summary = "list the cards of hosts and the cards VMs have",
	.help = "A card that is missing has no address: dashes.",
	.arguments = arguments,
	.examples = "list host gpu\nlist host gpu vm-container-0-15\n"
		    "list host gpu rocks-33 json=yes",
	.related = "add host gpu\nreport host gpu\nlist history",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
