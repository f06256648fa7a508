/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many cards of each model there are. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "db/usage.h"
#include "lib/text.h"
#include "src/inventory/model-totals.h"

struct reading {
	const struct models *models;
	const struct invocation *words;
	struct model_totals *totals;
	bool no_memory;
};

void model_totals_release(struct model_totals *totals)
{
	for (size_t i = 0; i < totals->count; i++)
		free(totals->list[i].model);
	free(totals->list);
	*totals = (struct model_totals){ 0 };
}

/* The row of a model, made if there is none; NULL if memory ran out. */
static struct model_total *total_of(struct model_totals *totals, const char *model)
{
	struct model_total *list;

	for (size_t i = 0; i < totals->count; i++)
		if (strcasecmp(totals->list[i].model, model) == 0)
			return &totals->list[i];
	list = reallocarray(totals->list, totals->count + 1, sizeof(*list));
	if (!list)
		return NULL;
	totals->list = list;
	list += totals->count;
	*list = (struct model_total){ .model = strdup(model) };
	if (!list->model)
		return NULL;
	totals->count++;
	return list;
}

static int add_usage(void *data, const struct usage *row)
{
	struct reading *reading = data;
	char text[MODEL_IDS_SIZE];
	struct model_total *total;

	if (reading->words &&
	    !models_is_wanted(reading->words, models_of(reading->models, row->ids),
			      row->ids))
		return 0;
	total = total_of(reading->totals, models_name(reading->models, row->ids, text));
	if (!total) {
		reading->no_memory = true;
		return -ENOMEM;
	}
	total->cards += row->cards;
	total->free += row->free;
	total->used += row->used;
	total->out += row->out;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct model_total *left = a, *right = b;
	int r = text_compare_natural(left->model, right->model);

	return r ? r : strcmp(left->model, right->model);
}

int model_totals_read(const struct context *context, const struct models *models,
		      const struct invocation *words, struct model_totals *ret_totals)
{
	struct reading reading = { models, words, ret_totals, false };
	int r = db_usage_each(context->db, add_usage, &reading);

	if (reading.no_memory)
		return context_memory_error(context);
	if (ret_totals->count)
		qsort(ret_totals->list, ret_totals->count, sizeof(*ret_totals->list),
		      compare);
	return context_answer(context, r);
}
