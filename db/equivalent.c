/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses cards of another host that can replace those of a VM. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "db/equivalent.h"
#include "lib/cleanup.h"

#define MODEL_LENGTH 9 /* of "10de:1db6" */
#define ANY_NODE INT64_C(-2)

struct choosing {
	const struct card_model *wanted, *options;
	size_t wanted_count, option_count;
	size_t *choice;
	bool *taken; /* for each option */
};

bool card_is_like(const struct card_model *wanted, const struct card_model *option)
{
	if (wanted->model)
		return option->model && strcasecmp(wanted->model, option->model) == 0;
	return wanted->ids && option->ids &&
	       strncmp(wanted->ids, option->ids, MODEL_LENGTH) == 0 &&
	       strcmp(wanted->shape, option->shape) == 0;
}

/* The best option of a node: one of the same subsystem, else the first. */
static size_t find_on(const struct choosing *choosing, size_t wanted, int64_t node)
{
	const struct card_model *model = &choosing->wanted[wanted];
	size_t found = EQUIVALENT_NONE;

	for (size_t i = 0; i < choosing->option_count; i++) {
		const struct card_model *option = &choosing->options[i];

		if (choosing->taken[i] || !card_is_like(model, option) ||
		    (node != ANY_NODE && option->numa != node))
			continue;
		if (model->ids && option->ids && strcmp(model->ids, option->ids) == 0)
			return i;
		if (found == EQUIVALENT_NONE)
			found = i;
	}
	return found;
}

static bool is_of_group(const struct choosing *choosing, size_t wanted, int64_t node)
{
	return choosing->choice[wanted] == EQUIVALENT_NONE &&
	       choosing->wanted[wanted].numa == node;
}

static void take(struct choosing *choosing, size_t wanted, size_t option)
{
	if (option == EQUIVALENT_NONE)
		return;
	choosing->choice[wanted] = option;
	choosing->taken[option] = true;
}

/* Puts all cards that were on one node on one node, or none if there is no room. */
static bool take_together(struct choosing *choosing, int64_t before, int64_t node)
{
	bool whole = true;

	for (size_t i = 0; i < choosing->wanted_count && whole; i++) {
		if (!is_of_group(choosing, i, before))
			continue;
		take(choosing, i, find_on(choosing, i, node));
		whole = choosing->choice[i] != EQUIVALENT_NONE;
	}
	for (size_t i = 0; i < choosing->wanted_count && !whole; i++) {
		if (choosing->wanted[i].numa != before ||
		    choosing->choice[i] == EQUIVALENT_NONE)
			continue;
		choosing->taken[choosing->choice[i]] = false;
		choosing->choice[i] = EQUIVALENT_NONE;
	}
	return whole;
}

static void take_one_by_one(struct choosing *choosing, int64_t before)
{
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < choosing->wanted_count; i++)
			if (is_of_group(choosing, i, before))
				take(choosing, i,
				     find_on(choosing, i, round ? ANY_NODE : before));
}

static void choose_group(struct choosing *choosing, int64_t before)
{
	if (before >= 0 && take_together(choosing, before, before))
		return;
	for (size_t i = 0; before >= 0 && i < choosing->option_count; i++)
		if (choosing->options[i].numa >= 0 &&
		    take_together(choosing, before, choosing->options[i].numa))
			return;
	take_one_by_one(choosing, before);
}

int cards_choose(const struct card_model *wanted, size_t wanted_count,
		 const struct card_model *options, size_t option_count,
		 size_t *ret_choice)
{
	_cleanup_free_ bool *taken = calloc(option_count + 1, sizeof(*taken));
	struct choosing choosing = { .wanted = wanted,
				     .options = options,
				     .wanted_count = wanted_count,
				     .option_count = option_count,
				     .choice = ret_choice,
				     .taken = taken };

	if (!taken)
		return -ENOMEM;
	for (size_t i = 0; i < wanted_count; i++)
		ret_choice[i] = EQUIVALENT_NONE;
	/* Cards of unknown node take what is left. */
	for (int known = 1; known >= 0; known--)
		for (size_t i = 0; i < wanted_count; i++)
			if (ret_choice[i] == EQUIVALENT_NONE &&
			    (wanted[i].numa >= 0) == known)
				choose_group(&choosing, wanted[i].numa);
	return 0;
}
