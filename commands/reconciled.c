/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reconciling hosts with scans, and the table of what came of it. */
#include "commands/gpu.h"
#include "commands/reconciled.h"
#include "db/reconcile.h"

static const char *const columns[] = { "HOST", "GPU", "PCI_BUS", "STATE", "WAS", "VM" };

struct listing {
	struct table *table;
	const char *host;
};

static int add_row(void *data, const struct reconciled *row)
{
	struct listing *listing = data;
	char address[PCI_ADDRESS_SIZE], was[PCI_ADDRESS_SIZE];
	bool stays = row->address && row->was && *row->address == *row->was;

	table_add_text(listing->table, listing->host);
	table_add_text(listing->table, row->name);
	table_add_text(listing->table, gpu_address_text(row->address, address));
	table_add_text(listing->table, row->change);
	table_add_text(listing->table, gpu_address_text(stays ? NULL : row->was, was));
	table_add_text(listing->table, row->vm);
	if (row->note)
		error("%s %s: %s", listing->host, row->name, row->note);
	return 0;
}

int reconciled_table(struct table **ret_table)
{
	return table_new(ret_table, columns, ARRAY_SIZE(columns)) < 0 ? memory_error()
								      : ROCKS_DONE;
}

int reconcile_host(const struct invocation *invocation, const struct host_ref *host,
		   const char *document, struct table *table)
{
	struct listing listing = { table, host->name };

	return answer(invocation,
		      db_reconcile(invocation->db, host, document, add_row, &listing));
}
