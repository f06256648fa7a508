/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Matches the cards of a scan with those of the inventory. */
#include <errno.h>
#include <string.h>

#include "db/match.h"
#include "lib/card-identity.h"

/* A card with its sort key; known or card is MATCH_NONE. */
struct entry {
	const char *text; /* NULL: by number */
	int64_t number;
	size_t known, card;
	bool missing;
	size_t group; /* of match_moved() */
};

struct matching {
	struct known *known;
	size_t known_count;
	const struct scan *scan;
	struct match *matches;
	bool *told_apart; /* of each known card, as in struct match */
	struct entry *entries;
	size_t entry_count;
};

/* Whether they are one card. A missing card must have more in common than its place. */
static enum card_identity identity(const struct matching *m, size_t known, size_t card)
{
	const struct known *row = &m->known[known];
	const struct scan_card *found = &m->scan->cards[card];
	const struct card_sighting was = {
		.ids = row->ids,
		.serial = card_serial_guess(row->serial),
		.serial_is_shared = !m->told_apart[known],
		.path = row->path,
		.address = row->place,
		.needs_ids = row->missing,
	};
	const struct card_sighting now = {
		.ids = found->ids,
		.serial = card_serial_guess(found->serial),
		.serial_is_shared = !m->matches[card].told_apart,
		.path = found->path,
		.address = found->address,
	};

	return card_identity(&was, &now);
}

static void match(struct matching *m, size_t known, size_t card)
{
	m->known[known].found = card;
	m->matches[card].row = m->known[known].id;
}

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/*
 * Sorts cards of the scan before known ones, and of those the present before the
 * missing.
 */
static int compare_entries(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = a->text ? strcmp(a->text, b->text)
			    : compare_numbers(a->number, b->number);

	if (!order)
		order = (a->card > b->card) - (a->card < b->card);
	if (!order)
		order = a->missing - b->missing;
	return order ? order : (a->known > b->known) - (a->known < b->known);
}

static bool is_alike(const struct entry *a, const struct entry *b)
{
	return a->text ? strcmp(a->text, b->text) == 0 : a->number == b->number;
}

static void add_known(struct matching *m, size_t known, const char *text, int64_t number)
{
	m->entries[m->entry_count++] =
		(struct entry){ text, number, known, MATCH_NONE, m->known[known].missing,
				0 };
}

static void add_card(struct matching *m, size_t card, const char *text, int64_t number)
{
	m->entries[m->entry_count++] =
		(struct entry){ text, number, MATCH_NONE, card, false, 0 };
}

/* Cards of the scan and known cards with the same key. */
struct run {
	const struct entry *cards, *known;
	size_t card_count, known_count;
};

static void each_run(struct matching *m,
		     void (*each)(struct matching *m, const struct run *run))
{
	qsort(m->entries, m->entry_count, sizeof(*m->entries), compare_entries);
	for (size_t i = 0, end; i < m->entry_count; i = end) {
		struct run run = { .cards = &m->entries[i] };

		for (end = i;
		     end < m->entry_count && is_alike(&m->entries[i], &m->entries[end]);
		     end++)
			run.card_count += m->entries[end].card != MATCH_NONE;
		run.known = run.cards + run.card_count;
		run.known_count = end - i - run.card_count;
		each(m, &run);
	}
	m->entry_count = 0;
}

static void take_serial(struct matching *m, const struct run *run)
{
	const bool told_apart = run->card_count <= 1 && run->known_count <= 1;
	size_t known, card;

	for (size_t i = 0; i < run->card_count; i++)
		m->matches[run->cards[i].card].told_apart = told_apart;
	for (size_t i = 0; i < run->known_count; i++)
		m->told_apart[run->known[i].known] = told_apart;
	if (!told_apart || !run->card_count || !run->known_count)
		return;
	known = run->known[0].known;
	card = run->cards[0].card;
	if (identity(m, known, card) == IDENTITY_SERIAL)
		match(m, known, card);
}

static void take_path(struct matching *m, const struct run *run)
{
	for (size_t i = 0; i < run->known_count; i++) {
		size_t known = run->known[i].known;

		for (size_t j = 0; j < run->card_count; j++) {
			size_t card = run->cards[j].card;

			if (m->matches[card].row ||
			    identity(m, known, card) != IDENTITY_PATH)
				continue;
			match(m, known, card);
			break;
		}
	}
}

/* A scan has each address once. */
static void take_address(struct matching *m, const struct run *run)
{
	for (size_t i = 0; i < run->known_count && run->card_count; i++) {
		size_t known = run->known[i].known, card = run->cards[0].card;

		if (!m->matches[card].row && identity(m, known, card) == IDENTITY_ADDRESS)
			match(m, known, card);
	}
}

static void match_serials(struct matching *m)
{
	for (size_t i = 0; i < m->known_count; i++)
		if (m->known[i].serial)
			add_known(m, i, m->known[i].serial, 0);
	for (size_t i = 0; i < m->scan->card_count; i++)
		if (m->scan->cards[i].serial)
			add_card(m, i, m->scan->cards[i].serial, 0);
	each_run(m, take_serial);
}

/* Matches the rest by path or by address. */
static void match_places(struct matching *m, bool by_path)
{
	for (size_t i = 0; i < m->known_count; i++) {
		const struct known *known = &m->known[i];

		if (known->found == MATCH_NONE && (known->path || !by_path))
			add_known(m, i, by_path ? known->path : NULL, known->place);
	}
	for (size_t i = 0; i < m->scan->card_count; i++) {
		const struct scan_card *card = &m->scan->cards[i];

		if (!m->matches[i].row && (card->path || !by_path))
			add_card(m, i, by_path ? card->path : NULL, card->address);
	}
	each_run(m, by_path ? take_path : take_address);
}

/*
 * Unmatched cards with the same ids, or, one level up, with the same vendor:device. A
 * card of unknown subsystem may be any with its vendor:device.
 */
struct group {
	size_t found_count, lost_count;
	size_t found; /* the last entry from the scan */
	size_t bare,
		model; /* the group without subsystem, or MATCH_NONE, and that of vendor:device */
};

static void count_entry(struct group *group, const struct entry *entries, size_t index)
{
	if (entries[index].card == MATCH_NONE) {
		group->lost_count++;
	} else {
		group->found_count++;
		group->found = index;
	}
}

/* Sorts the entries into groups; there is room for two groups per entry. */
static void make_groups(struct entry *entries, size_t count, struct group *groups)
{
	size_t model = 0, group = 0, used = 0;

	for (size_t i = 0; i < count; i++) {
		const char *text = entries[i].text;
		const char *last = i ? entries[i - 1].text : NULL;

		if (!last || strncmp(text, last, CARD_DEVICE_LENGTH) != 0) {
			model = used++;
			groups[model].bare = MATCH_NONE;
		}
		if (!last || strcmp(text, last) != 0) {
			group = used++;
			groups[group].model = model;
			/* The shortest ids, without a subsystem, come first. */
			if (strlen(text) <= CARD_DEVICE_LENGTH)
				groups[model].bare = group;
			groups[group].bare = groups[model].bare;
		}
		entries[i].group = group;
		count_entry(&groups[group], entries, i);
		count_entry(&groups[model], entries, i);
	}
}

/* All entries that may have the ids of a group. */
static struct group all_like(const struct group *groups, size_t index)
{
	struct group all = groups[index];
	const struct group *bare;

	if (index == all.bare)
		return groups[all.model];
	if (all.bare == MATCH_NONE)
		return all;
	bare = &groups[all.bare];
	if (bare->found_count)
		all.found = bare->found;
	all.found_count += bare->found_count;
	all.lost_count += bare->lost_count;
	return all;
}

/* Matches two cards if neither can be any other; such pairs do not affect each other. */
static void match_only(struct matching *m, const struct group *groups)
{
	for (size_t i = 0; i < m->entry_count; i++) {
		const struct entry *lost = &m->entries[i], *found;
		struct group like;

		if (lost->known == MATCH_NONE)
			continue;
		like = all_like(groups, lost->group);
		if (like.found_count != 1)
			continue;
		found = &m->entries[like.found];
		if (all_like(groups, found->group).lost_count == 1 &&
		    identity(m, lost->known, found->card) != IDENTITY_OTHER)
			match(m, lost->known, found->card);
	}
}

static int match_moved(struct matching *m)
{
	_cleanup_free_ struct group *groups = NULL;

	for (size_t i = 0; i < m->known_count; i++)
		if (m->known[i].found == MATCH_NONE && m->known[i].ids)
			add_known(m, i, m->known[i].ids, 0);
	for (size_t i = 0; i < m->scan->card_count; i++)
		if (!m->matches[i].row)
			add_card(m, i, m->scan->cards[i].ids, 0);
	groups = calloc(2 * m->entry_count + 1, sizeof(*groups));
	if (!groups)
		return -ENOMEM;
	qsort(m->entries, m->entry_count, sizeof(*m->entries), compare_entries);
	make_groups(m->entries, m->entry_count, groups);
	match_only(m, groups);
	return 0;
}

int db_match_cards(struct known_cards *known, const struct scan *scan,
		   struct match *matches)
{
	_cleanup_free_ struct entry *entries =
		calloc(known->count + scan->card_count + 1, sizeof(*entries));
	_cleanup_free_ bool *told_apart = calloc(known->count + 1, sizeof(*told_apart));
	struct matching m = { .known = known->list,
			      .known_count = known->count,
			      .scan = scan,
			      .matches = matches,
			      .told_apart = told_apart,
			      .entries = entries };

	if (!entries || !told_apart)
		return -ENOMEM;
	for (size_t i = 0; i < known->count; i++)
		known->list[i].found = MATCH_NONE;
	for (size_t i = 0; i < scan->card_count; i++)
		matches[i] = (struct match){ 0 };
	match_serials(&m);
	match_places(&m, true);
	match_places(&m, false);
	return match_moved(&m);
}
