/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All cards as a report's plugin gets them: struct rocks_cluster, read from the inventory. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "db/attr.h"
#include "db/cluster.h"
#include "lib/text.h"
#include "lib/visible.h"
#include "src/cli/error.h"
#include "src/inventory/model-totals.h"
#include "src/page/cluster.h"

/* db/cluster.h's words, and what people read. */
static const char *const obstacles[][2] = {
	{ "missing", "missing" },
	{ "quarantined", "quarantined" },
	{ "no-vgpu", "has no vGPU" },
	{ "domain", "PCI domain above ffff" },
	{ "unconfirmed", "may be another card" },
	{ "kept", "another VM has a part of it" },
};

/* A walk for the plugin. */
struct walk {
	struct cluster *cluster;
	int (*each)(void *data, const struct rocks_cluster_card *card);
	void *data;
	int result;		/* of each() */
	struct strbuf texts[5]; /* names with characters that a page must not have */
};

static void walk_release(struct walk *walk)
{
	for (size_t i = 0; i < ARRAY_SIZE(walk->texts); i++)
		strbuf_release(&walk->texts[i]);
}

static int fail(struct cluster *cluster)
{
	cluster->fault = CLUSTER_NO_MEMORY;
	return -ENOMEM;
}

/* The text, or a copy in the buffer with escapes for control characters and stray bytes. */
static const char *make_clean(const char *text, struct strbuf *buffer)
{
	size_t length = text ? strlen(text) : 0;

	if (visible_ascii(text, length) == length)
		return text;
	strbuf_reset(buffer);
	visible_add(buffer, text);
	return strbuf_text(buffer);
}

static const char *obstacle_of(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(obstacles) && word; i++)
		if (strcmp(obstacles[i][0], word) == 0)
			return obstacles[i][1];
	return word;
}

static int pass_card(void *data, const struct cluster_card *row)
{
	struct walk *walk = data;
	const bool names = walk->cluster->base.names_users;
	char model[MODEL_IDS_SIZE];
	const struct rocks_cluster_card card = {
		.size = sizeof(card),
		.state = row->vm	 ? ROCKS_CARD_USED
			 : row->obstacle ? ROCKS_CARD_OUT
					 : ROCKS_CARD_FREE,
		.host = make_clean(row->host, &walk->texts[0]),
		.name = make_clean(row->name, &walk->texts[1]),
		.model = make_clean(models_name(&walk->cluster->models, row->ids, model),
				    &walk->texts[2]),
		.obstacle = obstacle_of(row->obstacle),
		.vm = names ? make_clean(row->vm, &walk->texts[3]) : NULL,
		.user = names ? make_clean(row->owner, &walk->texts[4]) : NULL,
	};

	for (size_t i = 0; i < ARRAY_SIZE(walk->texts); i++)
		if (walk->texts[i].error)
			return fail(walk->cluster);
	walk->result = walk->each(walk->data, &card);
	return walk->result;
}

static int walk_cards(const struct rocks_cluster *base,
		      int (*each)(void *data, const struct rocks_cluster_card *card),
		      void *data)
{
	struct cluster *cluster = (struct cluster *)base;
	_cleanup_(walk_release) struct walk walk = { cluster, each, data, 0, { { 0 } } };
	int r = db_cluster_card_each(cluster->context->db, pass_card, &walk);

	if (r < 0 && r != walk.result && cluster->fault == CLUSTER_FINE)
		cluster->fault = CLUSTER_UNREADABLE;
	return r;
}

static int walk_models(const struct rocks_cluster *base,
		       int (*each)(void *data, const struct rocks_cluster_model *model),
		       void *data)
{
	const struct cluster *cluster = (const struct cluster *)base;
	int r = 0;

	for (size_t i = 0; i < cluster->count && r == 0; i++)
		r = each(data, &cluster->list[i].row);
	return r;
}

/* The rows of the models, from the totals. 0 or -ENOMEM. */
static int add_models(struct cluster *cluster, const struct model_totals *totals)
{
	cluster->list = calloc(totals->count + 1, sizeof(*cluster->list));
	if (!cluster->list)
		return -ENOMEM;
	cluster->count = totals->count;
	for (size_t i = 0; i < totals->count; i++) {
		const struct model_total *total = &totals->list[i];
		struct cluster_model *model = &cluster->list[i];
		_cleanup_strbuf_ struct strbuf buffer = STRBUF_EMPTY;

		model->name = strdup(make_clean(total->model, &buffer));
		if (!model->name || buffer.error)
			return -ENOMEM;
		model->row = (struct rocks_cluster_model){
			.size = sizeof(model->row),
			.count = (uint32_t)total->cards,
			.free = (uint32_t)total->free,
			.used = (uint32_t)total->used,
			.out = (uint32_t)total->out,
			.name = model->name,
		};
		cluster->base.card_count += (uint32_t)total->cards;
		cluster->base.free_count += (uint32_t)total->free;
	}
	return 0;
}

static int take_switch(void *data, const struct attr *row)
{
	bool names = false;
	int r = text_parse_boolean(row->value, &names);

	if (r == 0)
		*(uint32_t *)data = names;
	return r < 0 ? error("the attribute page_users is '%s'; set it to yes, to name "
			     "VMs and users on the page, or to no",
			     row->value)
		     : 0;
}

/* Whether the page may name VMs and users. As cluster_read(). */
static int read_switch(const struct context *context, uint32_t *ret_names)
{
	static const struct attr_owner everybody = { .level = ATTR_GLOBAL };
	int r = db_attr_each(context->db, everybody, "page_users", take_switch,
			     ret_names);

	return r > 0 ? r : context_answer(context, r);
}

int cluster_read(const struct context *context, struct cluster *ret_cluster)
{
	_cleanup_model_totals_ struct model_totals totals = { 0 };
	int r;

	*ret_cluster = (struct cluster){ .base = { .size = sizeof(ret_cluster->base),
						   .at = time(NULL),
						   .models = walk_models,
						   .cards = walk_cards },
					 .context = context };
	r = read_switch(context, &ret_cluster->base.names_users);
	if (r == ROCKS_DONE)
		r = models_load(context, &ret_cluster->models);
	if (r == ROCKS_DONE)
		r = model_totals_read(context, &ret_cluster->models, NULL, &totals);
	if (r == ROCKS_DONE && add_models(ret_cluster, &totals) < 0)
		r = context_memory_error(context);
	return r;
}

int cluster_error(const struct cluster *cluster)
{
	return cluster->fault == CLUSTER_NO_MEMORY
		       ? context_memory_error(cluster->context)
		       : context_database_error(cluster->context);
}

void cluster_release(struct cluster *cluster)
{
	for (size_t i = 0; i < cluster->count; i++)
		free(cluster->list[i].name);
	free(cluster->list);
	models_release(&cluster->models);
	*cluster = (struct cluster){ 0 };
}
