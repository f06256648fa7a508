/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of `list gpu` and `list gpu card`. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "db/usage.h"
#include "lib/text.h"
#include "src/inventory/models.h"
#include "src/inventory/usage.h"

/* What booking fills later is there already, so that scripts keep working. */
static const char *const columns[] = { "MODEL", "CARDS",    "FREE", "BOOKED",
				       "USED",	"UNBOOKED", "OUT",  "NEXT_FREE" };
static const char *const card_columns[] = { "HOST",  "GPU",  "MODEL", "STATE",
					    "UNTIL", "USER", "VM",    "NUMA" };

/* The cards of a model. */
struct total {
	char *model;
	int64_t cards, free, used, out;
};

struct usage_list {
	const struct invocation *invocation;
	struct models models;
	struct total *list;
	size_t count;
	struct table *table;
};

static void release(struct usage_list *usage)
{
	for (size_t i = 0; i < usage->count; i++)
		free(usage->list[i].model);
	free(usage->list);
	models_release(&usage->models);
}

static bool is_wanted(const struct usage_list *usage, const char *ids)
{
	return models_is_wanted(usage->invocation, models_of(&usage->models, ids), ids);
}

static struct total *total_of(struct usage_list *usage, const char *model)
{
	struct total *list;

	for (size_t i = 0; i < usage->count; i++)
		if (strcasecmp(usage->list[i].model, model) == 0)
			return &usage->list[i];
	list = reallocarray(usage->list, usage->count + 1, sizeof(*list));
	if (!list)
		return NULL;
	usage->list = list;
	list += usage->count;
	*list = (struct total){ .model = strdup(model) };
	if (!list->model)
		return NULL;
	usage->count++;
	return list;
}

static int add_usage(void *data, const struct usage *row)
{
	struct usage_list *usage = data;
	char text[MODEL_IDS_SIZE];
	struct total *total;

	if (!is_wanted(usage, row->ids))
		return 0;
	total = total_of(usage, models_name(&usage->models, row->ids, text));
	if (!total)
		return -ENOMEM;
	total->cards += row->cards;
	total->free += row->free;
	total->used += row->used;
	total->out += row->out;
	return 0;
}

static int compare_totals(const void *a, const void *b)
{
	return text_compare_natural(((const struct total *)a)->model,
				    ((const struct total *)b)->model);
}

static void add_total(struct table *table, const struct total *total)
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

static int open_usage(struct usage_list *usage, const struct invocation *invocation)
{
	const struct context context = context_of(invocation);
	int r;

	usage->invocation = invocation;
	r = models_load(&context, &usage->models);
	return r == ROCKS_DONE ? models_check_words(invocation, &usage->models) : r;
}

int list_models_in_use(const struct invocation *invocation)
{
	_cleanup_(release) struct usage_list usage = { 0 };
	_cleanup_table_ struct table *table = NULL;
	int r = open_usage(&usage, invocation);

	if (r == ROCKS_DONE && table_new(&table, columns, ARRAY_SIZE(columns)) < 0)
		r = memory_error();
	if (r == ROCKS_DONE)
		r = answer(invocation, db_usage_each(invocation->db, add_usage, &usage));
	if (r != ROCKS_DONE)
		return r;
	if (usage.count)
		qsort(usage.list, usage.count, sizeof(*usage.list), compare_totals);
	for (size_t i = 0; i < usage.count; i++)
		add_total(table, &usage.list[i]);
	return print_table(invocation, table, true, "list");
}

static int add_card(void *data, const struct used_card *row)
{
	struct usage_list *usage = data;
	char text[MODEL_IDS_SIZE];

	if (!is_wanted(usage, row->ids))
		return 0;
	table_add_text(usage->table, row->host);
	table_add_text(usage->table, row->name);
	table_add_text(usage->table, models_name(&usage->models, row->ids, text));
	table_add_text(usage->table, row->state);
	table_add_null(usage->table);
	table_add_text(usage->table, row->owner);
	table_add_text(usage->table, row->vm);
	if (row->numa)
		table_add_integer(usage->table, *row->numa);
	else
		table_add_null(usage->table);
	return 0;
}

int list_cards_in_use(const struct invocation *invocation)
{
	_cleanup_(release) struct usage_list usage = { 0 };
	_cleanup_table_ struct table *table = NULL;
	_cleanup_host_set_ struct host_set hosts = { 0 };
	char *word = (char *)argument(invocation, "host");
	struct db *db = invocation->db;
	int r = open_usage(&usage, invocation);

	if (r == ROCKS_DONE &&
	    table_new(&table, card_columns, ARRAY_SIZE(card_columns)) < 0)
		r = memory_error();
	if (r == ROCKS_DONE)
		r = answer(invocation, word ? db_hosts_resolve(db, &word, 1, &hosts)
					    : db_hosts_all(db, &hosts));
	usage.table = table;
	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++)
		r = answer(invocation,
			   db_used_card_each(db, hosts.hosts[i].id, add_card, &usage));
	return r == ROCKS_DONE ? print_table(invocation, table, true, "gpu") : r;
}
