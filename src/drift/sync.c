/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reconciles hosts with scans, and makes the table of the results. */
#include "db/reconcile.h"
#include "src/drift/sync.h"
#include "src/fleet/collect.h"
#include "src/inventory/gpu.h"

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
		say("%s %s: %s", listing->host, row->name, row->note);
	return 0;
}

int reconciled_table(struct table **ret_table)
{
	return table_new(ret_table, columns, ARRAY_SIZE(columns)) < 0 ? memory_error()
								      : ROCKS_DONE;
}

int reconcile_host(const struct context *context, const char *host, const char *document,
		   struct table *table)
{
	_cleanup_reconciliation_ struct reconciliation *work = NULL;
	_cleanup_host_set_ struct host_set hosts = { 0 };
	struct listing listing = { .table = table };
	int r = db_hosts_resolve_one(context->db, host, &hosts);

	if (r < 0)
		return r;
	listing.host = hosts.hosts[0].name;
	r = db_reconcile_prepare(context->db, &hosts.hosts[0], document, &work);
	if (r == 0)
		r = db_begin(context->db, context->who);
	return r < 0 ? r : db_reconcile(work, add_row, &listing);
}

static int reconcile_alone(const struct context *context, const char *host,
			   const char *document, bool dryrun, struct table *table)
{
	int r = ROCKS_DONE;

	if (reconcile_host(context, host, document, table) < 0)
		r = error("%s: %s", host, db_error(context->db));
	if (!dryrun)
		return context_conclude(context, r);
	db_rollback(context->db);
	return r;
}

int reconcile_fleet(const struct context *context, const struct host_set *hosts,
		    bool dryrun, struct table *table)
{
	_cleanup_answers_ struct answers answers = { 0 };
	int r = collect_scans(context, hosts, &answers);

	for (size_t i = 0; i < answers.count; i++) {
		const char *name = hosts->hosts[i].name;
		int one = ROCKS_FAILED;

		if (!answers.list[i].text)
			error("%s: %s", name, answers.list[i].why);
		else
			one = reconcile_alone(context, name, answers.list[i].text, dryrun,
					      table);
		if (one != ROCKS_DONE)
			r = one;
		if (db_is_unreadable(context->db))
			break;
	}
	return r;
}
