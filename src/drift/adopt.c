/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records the VMs that the hypervisors of hosts have. */
#include <string.h>

#include "db/seen.h"
#include "lib/table.h"
#include "src/drift/adopt.h"
#include "src/vm/descriptions.h"
#include "src/vm/hypervisor.h"

static const char *const columns[] = { "HOST", "VM", "STATE", "GPU", "WHAT" };

struct listing {
	struct table *table;
	const char *host;
	bool is_complete; /* all VMs are recorded on their host */
};

/* The hosts that have answered, in the order of the set. */
struct seen_hosts {
	struct seen_vms *list;
	size_t count;
};

static void release(struct seen_hosts *seen)
{
	for (size_t i = 0; i < seen->count; i++)
		seen_vms_release(&seen->list[i]);
	free(seen->list);
}

int adopt_table(struct table **ret_table)
{
	return table_new(ret_table, columns, ARRAY_SIZE(columns)) < 0 ? memory_error()
								      : ROCKS_DONE;
}

static int add_row(void *data, const struct adopted *row)
{
	struct listing *listing = data;

	table_add_text(listing->table, listing->host);
	table_add_text(listing->table, row->vm);
	table_add_text(listing->table, row->state);
	table_add_text(listing->table, row->gpus);
	table_add_text(listing->table, row->what);
	if (strcmp(row->state, "refused") == 0 || strcmp(row->state, "elsewhere") == 0)
		listing->is_complete = false;
	return 0;
}

static int ask(const struct context *context, const struct host_set *hosts,
	       struct descriptions *ret_descriptions)
{
	_cleanup_plugins_ struct plugins *plugins = NULL;
	const struct rocks_hypervisor *hypervisor;
	int r = load_hypervisor(context, 0, &plugins, &hypervisor);

	return r == ROCKS_DONE
		       ? hypervisor_describe(context, hypervisor, hosts, ret_descriptions)
		       : r;
}

/* Reads what the hosts have answered, and prints why others have not. */
static int read_answers(const struct context *context, const struct host_set *hosts,
			const struct descriptions *descriptions, struct seen_hosts *seen)
{
	int worst = ROCKS_DONE;

	seen->list = calloc(hosts->count + 1, sizeof(*seen->list));
	if (!seen->list)
		return memory_error();
	for (size_t i = 0; i < hosts->count; i++) {
		const struct host_ref *host = &hosts->hosts[i];

		if (descriptions->why[i])
			worst = context_error(context, "%s: %s", host->name,
					      descriptions->why[i]);
		else if (db_seen_load(context->db, host, descriptions->documents[i],
				      &seen->list[seen->count++]) < 0)
			return context_error(context, "%s: %s", host->name,
					     db_error(context->db));
	}
	return db_seen_compare(seen->list, seen->count) < 0 ? memory_error() : worst;
}

static int adopt_host(const struct context *context, const struct seen_vms *vms,
		      bool dryrun, struct listing *listing)
{
	int r = context_begin(context);

	listing->host = vms->host->name;
	if (r == ROCKS_DONE && db_adopt(context->db, vms, add_row, listing) < 0)
		r = context_error(context, "%s: %s", vms->host->name,
				  db_error(context->db));
	if (!dryrun)
		return context_conclude(context, r);
	db_rollback(context->db);
	return r;
}

int adopt_fleet(const struct context *context, const struct host_set *hosts, bool dryrun,
		struct table *table)
{
	_cleanup_descriptions_ struct descriptions descriptions = { 0 };
	_cleanup_(release) struct seen_hosts seen = { 0 };
	struct listing listing = { .table = table, .is_complete = true };
	int one, r = ask(context, hosts, &descriptions);

	if (r != ROCKS_DONE)
		return r;
	r = read_answers(context, hosts, &descriptions, &seen);
	for (size_t i = 0; i < seen.count && !db_is_unreadable(context->db); i++) {
		one = adopt_host(context, &seen.list[i], dryrun, &listing);
		if (one != ROCKS_DONE)
			r = one;
	}
	return r == ROCKS_DONE && !listing.is_complete ? ROCKS_FAILED : r;
}
