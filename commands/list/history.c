/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list history: who had which card when. */
#include "db/history.h"
#include "src/inventory/gpu.h"

static const char *const columns[] = { "AT",  "WHO", "VERB",	"HOST",
				       "GPU", "VM",  "PCI_BUS", "SERIAL" };

static int add_row(void *data, const struct event *row)
{
	char address[PCI_ADDRESS_SIZE];

	table_add_text(data, row->at);
	table_add_text(data, row->who);
	table_add_text(data, row->verb);
	table_add_text(data, row->host);
	table_add_text(data, row->card);
	table_add_text(data, row->vm);
	table_add_text(data, gpu_address_text(row->address, address));
	table_add_text(data, row->serial);
	return 0;
}

static int run(struct invocation *invocation)
{
	const char *name = argument(invocation, "host");
	_cleanup_table_ struct table *table = NULL;
	int r;

	if (table_new(&table, columns, ARRAY_SIZE(columns)) < 0)
		return memory_error();
	r = answer(invocation, db_history_each(invocation->db, name, add_row, table));
	return r == ROCKS_DONE ? print_table(invocation, table, true, "history") : r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "a host or VM, even one that is gone; all by default", 0,
		      HOST),
	ARGUMENTS_END,
};

const struct command cmd_list_history = {
	.words = "list history",
	.summary = "list which card was given to whom, when and by whom",
	.help = "Oldest first, times in UTC. The database adds a row for every change "
		"of a card or of who has it; rows are never changed or removed.",
	.arguments = arguments,
	.examples = "list history\nlist history rocks-33",
	.related = "list host gpu\nadd host gpu\nremove host gpu\nsync host gpu",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
