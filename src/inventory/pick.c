/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards for a VM that asks for a model. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "db/card.h"
#include "db/names.h"
#include "db/vm.h"
#include "src/inventory/gpu.h"
#include "src/inventory/models.h"
#include "src/inventory/pick.h"

struct asking {
	const struct invocation *invocation;
	const struct host_ref *vm;
	const char *name; /* of the first card: gpupci */
	const struct wish *wish;
};

enum pick_near pick_near_of(const char *word)
{
	if (!word || strcmp(word, "no") == 0)
		return PICK_NEAR_NO;
	return strcmp(word, "node") == 0 ? PICK_NEAR_NODE : PICK_NEAR_SWITCH;
}

/* The place of the VM's card with this name, which is valid. */
static int64_t place_of(const char *name)
{
	const char *number = name + strlen("gpupci");

	return *number ? strtoll(number, NULL, 10) : 1;
}

/* The name of the VM's card in a place. */
static void name_place(int64_t place, char name[32])
{
	if (place == 1)
		snprintf(name, 32, "gpupci");
	else
		snprintf(name, 32, "gpupci%" PRId64, place);
}

int give_picked(struct db *db, const struct pick_wish *wish, const struct picked *picks,
		int64_t place, struct strbuf *news)
{
	int r = 0;

	for (size_t i = 0; i < picks->count && r == 0; i++) {
		char name[32];

		if (i > 0 || place == 0)
			r = db_assignment_next(db, wish->vm->id, &place);
		name_place(place, name);
		if (r == 0)
			r = db_assignment_add(db, wish->vm, wish->container, name,
					      picks->list[i].name, wish->wish->model);
		strbuf_add_format(news, "%s: %s is %s of %s (%s, %s)\n", wish->vm->name,
				  name, picks->list[i].name, wish->container_name,
				  wish->wish->model, picks->why);
	}
	return r;
}

/* The VM's container. */
struct container {
	int64_t id;
	char *name;
};

static void release(struct container *container)
{
	free(container->name);
}

static int take_container(void *data, const struct vm *row)
{
	struct container *container = data;

	container->id = row->container_id;
	container->name = strdup(row->container);
	return container->name ? 1 : -ENOMEM;
}

static int pick_and_give(const struct asking *asking)
{
	const struct context context = context_of(asking->invocation);
	_cleanup_models_ struct models models = { 0 };
	_cleanup_picked_ struct picked picks = { 0 };
	_cleanup_strbuf_ struct strbuf news = STRBUF_EMPTY;
	struct pick_wish wish = { .vm = asking->vm,
				  .wish = asking->wish,
				  .near = pick_near_of(
					  argument(asking->invocation, "near")),
				  .models = &models };
	const struct host_set vms = { .hosts = (struct host_ref *)asking->vm,
				      .count = 1 };
	_cleanup_(release) struct container container = { 0 };
	struct db *db = asking->invocation->db;
	int r = models_load(&context, &models);

	if (r == ROCKS_DONE && !wish_is_ids(asking->wish->model) &&
	    !models_find(&models, asking->wish->model))
		return error("«%s» is neither a card's name or PCI address nor a model; "
			     "see `rocks list host gpu` and `rocks list gpu model`",
			     asking->wish->model);
	if (r != ROCKS_DONE)
		return r;
	r = db_vm_each(db, &vms, take_container, &container);
	wish.container = container.id;
	wish.container_name = container.name;
	if (r == 1)
		r = db_pick(db, &wish, &picks);
	if (r == 0)
		r = give_picked(db, &wish, &picks, place_of(asking->name), &news);
	if (r < 0)
		return answer(asking->invocation, r);
	if (news.error)
		return memory_error();
	fputs(strbuf_text(&news), stdout);
	return ROCKS_DONE;
}

/* A card of a host, or one that a VM names. */
static int add_one(const struct invocation *invocation, const struct host_ref *host)
{
	struct gpu_facts facts = take_gpu_facts(invocation);

	facts.asked = argument(invocation, "asked");
	return answer(invocation,
		      db_gpu_add(invocation->db, host, argument(invocation, "gpu"),
				 argument(invocation, "value"), &facts));
}

int add_gpu(const struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	const char *problem;
	struct wish wish;
	bool asks = wish_parse(argument(invocation, "value"), &wish, &problem) == 0;
	struct asking asking = { .invocation = invocation,
				 .name = argument(invocation, "gpu"),
				 .wish = &wish };
	int r = take_host(invocation, "host", &hosts);

	if (r != ROCKS_DONE)
		return r;
	asking.vm = &hosts.hosts[0];
	r = asks ? db_vm_exists(invocation->db, asking.vm->id) : 0;
	if (r < 0)
		return database_error(invocation);
	if (r == 0 && argument(invocation, "near"))
		return error(
			"near= is for a VM that asks for cards of a model, as in T4:2");
	if (r == 0)
		return add_one(invocation, asking.vm);
	r = answer(invocation, db_check_gpu_name(invocation->db, asking.name));
	return r == ROCKS_DONE ? pick_and_give(&asking) : r;
}
