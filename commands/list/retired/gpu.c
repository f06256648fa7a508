/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list retired gpu: the cards that are in no host. */
#include <string.h>

#include "src/inventory/gpu.h"

static const char *const columns[] = {
	"SERIAL", "GPU", "PCI_BUS", "ID", "STATE", "UUID"
};

static int add_row(void *data, const struct gpu *row)
{
	struct table *table = data;
	char text[PCI_ADDRESS_SIZE];

	table_add_text(table, row->serial);
	table_add_text(table, row->name);
	table_add_text(table, gpu_address_text(row->last_address, text));
	table_add_text(table, row->ids);
	table_add_text(table, row->state);
	table_add_text(table, row->uuid);
	return 0;
}

static int run(struct invocation *invocation)
{
	_cleanup_table_ struct table *table = NULL;
	int r;

	if (table_new(&table, columns, ARRAY_SIZE(columns)) < 0)
		return memory_error();
	r = answer(invocation, db_retired_each(invocation->db, add_row, table));
	return r == ROCKS_DONE ? print_table(invocation, table, true, "gpu") : r;
}

const struct command cmd_list_retired_gpu = {
	.words = "list retired gpu",
	.summary = "list the cards that are in no host",
	.help = "These are the cards of removed hosts that have a serial number, with "
		"the name and the address they had there.",
	.examples = "list retired gpu",
	.related = "add retired gpu\nremove retired gpu\ndump retired gpu\nlist history",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
