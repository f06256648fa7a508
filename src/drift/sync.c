/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reconciles hosts with scans, and makes the table of the results. */
#include <string.h>

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

/* Splits adopt at its commas. */
static int split(struct sync *sync)
{
	_cleanup_free_ char *list = strdup(sync->adopt);
	size_t most = 1;
	char *rest = NULL;

	for (const char *c = sync->adopt; *c; c++)
		most += *c == ',';
	sync->words = calloc(most, sizeof(*sync->words));
	if (!list || !sync->words)
		return memory_error();
	for (char *word = strtok_r(list, ",", &rest); word;
	     word = strtok_r(NULL, ",", &rest)) {
		sync->words[sync->word_count] = strdup(word);
		if (!sync->words[sync->word_count++])
			return memory_error();
	}
	return ROCKS_DONE;
}

int sync_open(struct sync *sync)
{
	if (table_new(&sync->table, columns, ARRAY_SIZE(columns)) < 0)
		return memory_error();
	return sync->adopt ? split(sync) : ROCKS_DONE;
}

void sync_close(struct sync *sync)
{
	table_free(sync->table);
	for (size_t i = 0; i < sync->word_count; i++)
		free(sync->words[i]);
	free(sync->words);
}

int reconcile_host(struct sync *sync, const char *host, const char *document)
{
	_cleanup_reconciliation_ struct reconciliation *work = NULL;
	_cleanup_host_set_ struct host_set hosts = { 0 };
	struct listing listing = { .table = sync->table };
	struct db *db = sync->context.db;
	int r = db_hosts_resolve_one(db, host, &hosts);

	if (r < 0)
		return r;
	listing.host = hosts.hosts[0].name;
	r = db_reconcile_prepare(db, &hosts.hosts[0], document, &work);
	if (r == 0)
		r = db_reconcile_adopt(work, sync->words, sync->word_count);
	if (r == 0)
		r = db_begin(db, sync->context.who);
	return r < 0 ? r : db_reconcile(work, add_row, &listing);
}

static int reconcile_alone(struct sync *sync, const char *host, const char *document)
{
	int r = ROCKS_DONE;

	if (reconcile_host(sync, host, document) < 0)
		r = error("%s: %s", host, db_error(sync->context.db));
	if (!sync->dryrun)
		return context_conclude(&sync->context, r);
	db_rollback(sync->context.db);
	return r;
}

int reconcile_fleet(struct sync *sync, const struct host_set *hosts)
{
	_cleanup_answers_ struct answers answers = { 0 };
	int r = collect_scans(&sync->context, hosts, &answers);

	for (size_t i = 0; i < answers.count; i++) {
		const char *name = hosts->hosts[i].name;
		int one = ROCKS_FAILED;

		if (!answers.list[i].text)
			error("%s: %s", name, answers.list[i].why);
		else
			one = reconcile_alone(sync, name, answers.list[i].text);
		if (one != ROCKS_DONE)
			r = one;
		if (db_is_unreadable(sync->context.db))
			break;
	}
	return r;
}
