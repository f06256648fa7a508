/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of `list gpu` and `list gpu card`. */
#include "db/cluster.h"
#include "src/inventory/model-totals.h"
#include "src/inventory/usage.h"

/* What booking fills later is there already, so that scripts keep working. */
static const char *const columns[] = { "MODEL", "CARDS",    "FREE", "BOOKED",
				       "USED",	"UNBOOKED", "OUT",  "NEXT_FREE" };
static const char *const card_columns[] = { "HOST",  "GPU",  "MODEL", "STATE",
					    "UNTIL", "USER", "VM",    "NUMA" };

struct listing {
	const struct invocation *invocation;
	struct models models;
	struct table *table;
};

static void release(struct listing *listing)
{
	models_release(&listing->models);
	table_free(listing->table);
}

static int open_listing(struct listing *listing, const struct invocation *invocation,
			const char *const *names, size_t count)
{
	const struct context context = context_of(invocation);
	int r;

	listing->invocation = invocation;
	r = models_load(&context, &listing->models);
	if (r == ROCKS_DONE)
		r = models_check_words(invocation, &listing->models);
	if (r == ROCKS_DONE && table_new(&listing->table, names, count) < 0)
		r = memory_error();
	return r;
}

static void add_total(struct table *table, const struct model_total *total)
{
	table_add_text(table, total->model);
	table_add_integer(table, total->cards);
	table_add_integer(table, total->free);
	table_add_integer(table, 0);
	table_add_integer(table, total->used);
	table_add_integer(table, 0);
	table_add_integer(table, total->out);
	table_add_null(table);
}

int list_models_in_use(const struct invocation *invocation)
{
	const struct context context = context_of(invocation);
	_cleanup_(release) struct listing listing = { 0 };
	_cleanup_model_totals_ struct model_totals totals = { 0 };
	int r = open_listing(&listing, invocation, columns, ARRAY_SIZE(columns));

	if (r == ROCKS_DONE)
		r = model_totals_read(&context, &listing.models, invocation, &totals);
	for (size_t i = 0; i < totals.count && r == ROCKS_DONE; i++)
		add_total(listing.table, &totals.list[i]);
	return r == ROCKS_DONE ? print_table(invocation, listing.table, true, "list") : r;
}

static int add_card(void *data, const struct cluster_card *row)
{
	struct listing *listing = data;
	const char *model = models_of(&listing->models, row->ids);
	char text[MODEL_IDS_SIZE];

	if (!models_is_wanted(listing->invocation, model, row->ids))
		return 0;
	table_add_text(listing->table, row->host);
	table_add_text(listing->table, row->name);
	table_add_text(listing->table, models_name(&listing->models, row->ids, text));
	table_add_text(listing->table, row->vm ? "used" : row->obstacle ? "out" : "free");
	table_add_null(listing->table);
	table_add_text(listing->table, row->owner);
	table_add_text(listing->table, row->vm);
	table_add_optional(listing->table, row->numa);
	return 0;
}

int list_cards_in_use(const struct invocation *invocation)
{
	_cleanup_(release) struct listing listing = { 0 };
	_cleanup_host_set_ struct host_set hosts = { 0 };
	char *word = (char *)argument(invocation, "host");
	struct db *db = invocation->db;
	int r = open_listing(&listing, invocation, card_columns,
			     ARRAY_SIZE(card_columns));

	if (r == ROCKS_DONE)
		r = answer(invocation, word ? db_hosts_resolve(db, &word, 1, &hosts)
					    : db_hosts_all(db, &hosts));
	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++)
		r = answer(invocation, db_cluster_card_each_of(db, hosts.hosts[i].id,
							       add_card, &listing));
	return r == ROCKS_DONE ? print_table(invocation, listing.table, true, "gpu") : r;
}
