/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Picks free cards of a container for a VM that asks for a model. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "db/free-card.h"
#include "db/pick.h"
#include "db/store/internal.h"

static const char OPTIONS[] =
	"SELECT card.name, card.ids, ifnull(card.numa, -1), card.path FROM card "
	"WHERE card.host = ?1 AND " CARD_IS_COUNTED "AND " CARD_IS_SOUND
	"AND NOT " CARD_IS_HELD
	"AND " CARD_IS_CLEAR_FOR("?2") "ORDER BY length(card.name), card.name";
static const char ALL[] =
	"SELECT card.ids FROM card WHERE card.host = ?1 AND " CARD_IS_COUNTED;

struct option {
	char *name, *place; /* place: its node or switch; NULL: it is on none */
	int64_t numa;
};

struct options {
	struct option *list; /* by name */
	size_t count;
};

static void release(struct options *options)
{
	for (size_t i = 0; i < options->count; i++) {
		free(options->list[i].name);
		free(options->list[i].place);
	}
	free(options->list);
}

void picked_release(struct picked *picks)
{
	for (size_t i = 0; i < picks->count; i++)
		free(picks->list[i].name);
	free(picks->why);
	*picks = (struct picked){ .count = 0 };
}

/*
 * The length of the part of a path that names the switch above a card, 0 if there is none. In
 * 0000:00/01.0/00.0/08.0/00.0, which src/gpupci/scan/path.c makes, are a root bus, a root
 * port, the upstream port of a switch, its downstream port, and the card.
 */
static size_t switch_length(const char *path)
{
	size_t slashes[64] = { 0 }, count = 0;

	for (const char *c = path; *c && count < ARRAY_SIZE(slashes); c++)
		if (*c == '/')
			slashes[count++] = (size_t)(c - path);
	return count >= 4 && count < ARRAY_SIZE(slashes) ? slashes[count - 2] : 0;
}

/* 0 or -ENOMEM. */
static int set_place(struct option *option, enum pick_near near, const char *path)
{
	size_t length = near == PICK_NEAR_SWITCH && path ? switch_length(path) : 0;

	if (near == PICK_NEAR_SWITCH) {
		option->place = length ? strndup(path, length) : NULL;
		return length && !option->place ? -ENOMEM : 0;
	}
	if (option->numa >= 0 &&
	    asprintf(&option->place, "NUMA node %" PRId64, option->numa) < 0) {
		option->place = NULL;
		return -ENOMEM;
	}
	return 0;
}

static int add(struct options *options, const struct query *query, enum pick_near near)
{
	struct option *list =
		reallocarray(options->list, options->count + 1, sizeof(*list));
	struct option *option;

	if (!list)
		return -ENOMEM;
	options->list = list;
	option = &list[options->count++];
	*option = (struct option){ .name = strdup(query_text(query, 0)),
				   .numa = query_integer(query, 2) };
	return option->name ? set_place(option, near, query_text(query, 3)) : -ENOMEM;
}

static int load(struct db *db, const struct pick_wish *wish, struct options *options)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, OPTIONS, "ii", wish->container, wish->vm->id);

	while (r == 0 && (r = query_step(&query)) == 1) {
		r = 0;
		if (models_is(wish->models, wish->wish->model, query_text(&query, 1)))
			r = add(options, &query, wish->near) < 0 ? db_fail_memory(db) : 0;
	}
	return r;
}

static bool is_same_place(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static size_t count_at(const struct options *options, const char *place)
{
	size_t count = 0;

	for (size_t i = 0; i < options->count; i++)
		count += is_same_place(options->list[i].place, place);
	return count;
}

/*
 * The place with room for all and the fewest options, or NULL; *ret_most is the most that
 * one has.
 */
static const char *choose_place(const struct options *options, size_t wanted,
				size_t *ret_most, const char **ret_best)
{
	const char *chosen = NULL;
	size_t fewest = SIZE_MAX;

	*ret_most = 0;
	*ret_best = NULL;
	for (size_t i = 0; i < options->count; i++) {
		const char *place = options->list[i].place;
		size_t count = place ? count_at(options, place) : 0;

		if (count > *ret_most) {
			*ret_most = count;
			*ret_best = place;
		}
		if (count >= wanted && count < fewest) {
			fewest = count;
			chosen = place;
		}
	}
	return chosen;
}

static int fail_few(struct db *db, const struct pick_wish *wish, size_t free)
{
	_cleanup_query_ struct query query = { 0 };
	size_t all = 0;
	int r = query_start(db, &query, ALL, "i", wish->container);

	while (r == 0 && (r = query_step(&query)) == 1) {
		all += models_is(wish->models, wish->wish->model, query_text(&query, 0));
		r = 0;
	}
	if (r < 0)
		return r;
	return db_fail(db, -ENOENT,
		       "%s has %zu of its %zu cards of the model %s free, and %s asks "
		       "for %" PRId64 "; see `rocks list gpu card %s host=%s`",
		       wish->container_name, free, all, wish->wish->model, wish->vm->name,
		       wish->wish->count, wish->wish->model, wish->container_name);
}

static int fail_far(struct db *db, const struct pick_wish *wish, size_t most,
		    const char *best)
{
	const char *what = wish->near == PICK_NEAR_NODE ? "NUMA node" : "PCIe switch";

	return db_fail(
		db, -ENOENT,
		"%s has no %s with %" PRId64
		" free card%s of the model %s; the best, %s, has %zu; near=no takes "
		"them from several",
		wish->container_name, what, wish->wish->count,
		wish->wish->count == 1 ? "" : "s", wish->wish->model,
		best ? best : "none known", most);
}

static int take(struct db *db, const struct options *options, const char *place,
		size_t wanted, struct picked *picks)
{
	for (size_t i = 0; i < options->count && picks->count < wanted; i++) {
		const struct option *option = &options->list[i];
		struct picked_card *pick = &picks->list[picks->count];

		if (place && !is_same_place(option->place, place))
			continue;
		*pick = (struct picked_card){ .name = strdup(option->name),
					      .numa = option->numa };
		if (!pick->name)
			return db_fail_memory(db);
		picks->count++;
	}
	return 0;
}

/* What decided, for people. */
static char *explain(const struct pick_wish *wish, const struct options *options,
		     const char *place)
{
	const char *what = wish->near == PICK_NEAR_SWITCH ? "the switch " : "";
	char *why;

	if (!place)
		return asprintf(&why, "of %zu free", options->count) < 0 ? NULL : why;
	return asprintf(&why, "of %zu free on %s%s", count_at(options, place), what,
			place) < 0
		       ? NULL
		       : why;
}

int db_pick(struct db *db, const struct pick_wish *wish, struct picked *ret_picks)
{
	_cleanup_(release) struct options options = { 0 };
	size_t wanted = (size_t)wish->wish->count, most;
	const char *place, *best;
	int r = load(db, wish, &options);

	*ret_picks = (struct picked){ .count = 0 };
	if (r < 0)
		return r;
	if (options.count < wanted)
		return fail_few(db, wish, options.count);
	place = choose_place(&options, wanted, &most, &best);
	if (!place && wish->near != PICK_NEAR_NO)
		return fail_far(db, wish, most, best);
	ret_picks->left = options.count - wanted;
	ret_picks->why = explain(wish, &options, place);
	return ret_picks->why ? take(db, &options, place, wanted, ret_picks)
			      : db_fail_memory(db);
}
