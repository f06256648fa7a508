/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which card of a scan is which card of the inventory. */
#include <string.h>

#include "db/match.h"

#define DEVICE_LENGTH 9 /* of vendor:device, in front of the subsystem */

enum likeness { UNKNOWN, SAME, DIFFERENT };

struct matching {
	struct known *known;
	size_t known_count;
	const struct scan *scan;
	int64_t *rows;
};

bool db_match_serial_counts(const struct known *known, size_t known_count,
			    const struct scan *scan, const char *serial)
{
	size_t in_scan = 0, in_inventory = 0;

	for (size_t i = 0; i < scan->card_count; i++)
		in_scan += scan->cards[i].serial &&
			   strcmp(scan->cards[i].serial, serial) == 0;
	for (size_t i = 0; i < known_count; i++)
		in_inventory += known[i].serial && strcmp(known[i].serial, serial) == 0;
	return in_scan <= 1 && in_inventory <= 1;
}

static bool counts(const struct matching *m, const char *serial)
{
	return db_match_serial_counts(m->known, m->known_count, m->scan, serial);
}

static enum likeness compare(const char *a, const char *b)
{
	if (!a || !b)
		return UNKNOWN;
	return strcmp(a, b) == 0 ? SAME : DIFFERENT;
}

static enum likeness compare_serials(const struct matching *m, const struct known *known,
				     const struct scan_card *card)
{
	enum likeness likeness = compare(known->serial, card->serial);

	if (likeness == UNKNOWN || !counts(m, known->serial) || !counts(m, card->serial))
		return UNKNOWN;
	return likeness;
}

/* Either may lack the subsystem. */
static enum likeness compare_ids(const char *known, const char *found)
{
	size_t length;

	if (!known)
		return UNKNOWN;
	length = strlen(known) < strlen(found) ? strlen(known) : strlen(found);
	return strncmp(known, found, length) == 0 ? SAME : DIFFERENT;
}

static bool is_same_serial(const struct matching *m, const struct known *known,
			   const struct scan_card *card)
{
	return compare_serials(m, known, card) == SAME &&
	       (!known->ids || strncmp(known->ids, card->ids, DEVICE_LENGTH) == 0);
}

/* Nothing says that it is another one; and something more than its place, when missing. */
static bool may_be(const struct matching *m, const struct known *known,
		   const struct scan_card *card)
{
	enum likeness ids = compare_ids(known->ids, card->ids);

	return compare_serials(m, known, card) != DIFFERENT && ids != DIFFERENT &&
	       (!known->missing || ids == SAME);
}

static bool is_same_path(const struct matching *m, const struct known *known,
			 const struct scan_card *card)
{
	return compare(known->path, card->path) == SAME && may_be(m, known, card);
}

static bool is_same_address(const struct matching *m, const struct known *known,
			    const struct scan_card *card)
{
	return known->place == card->address &&
	       compare(known->path, card->path) == UNKNOWN && may_be(m, known, card);
}

static void match(struct matching *m, struct known *known, size_t card)
{
	known->found = card;
	m->rows[card] = known->id;
}

typedef bool is_same_fn(const struct matching *m, const struct known *known,
			const struct scan_card *card);

static void match_one(struct matching *m, struct known *known, is_same_fn *is_same)
{
	for (size_t i = 0; i < m->scan->card_count && known->found == MATCH_NONE; i++)
		if (!m->rows[i] && is_same(m, known, &m->scan->cards[i]))
			match(m, known, i);
}

/* What sits in a slot comes before what once sat there and is missing. */
static void match_all(struct matching *m, is_same_fn *is_same)
{
	for (int missing = 0; missing <= 1; missing++)
		for (size_t i = 0; i < m->known_count; i++)
			if (m->known[i].missing == missing)
				match_one(m, &m->known[i], is_same);
}

/* The only card of the scan that could be this lost one; MATCH_NONE when there are more. */
static size_t only_new(const struct matching *m, const struct known *lost)
{
	size_t only = MATCH_NONE;

	for (size_t i = 0; i < m->scan->card_count; i++) {
		if (m->rows[i] || compare_ids(lost->ids, m->scan->cards[i].ids) != SAME)
			continue;
		if (only != MATCH_NONE)
			return MATCH_NONE;
		only = i;
	}
	return only;
}

static bool is_only_lost(const struct matching *m, const struct known *lost,
			 const struct scan_card *card)
{
	for (size_t i = 0; i < m->known_count; i++) {
		const struct known *other = &m->known[i];

		if (other != lost && other->found == MATCH_NONE &&
		    compare_ids(other->ids, card->ids) == SAME)
			return false;
	}
	return true;
}

static void match_moved(struct matching *m)
{
	for (size_t i = 0; i < m->known_count; i++) {
		struct known *lost = &m->known[i];
		size_t card = lost->found == MATCH_NONE ? only_new(m, lost) : MATCH_NONE;

		if (card != MATCH_NONE && is_only_lost(m, lost, &m->scan->cards[card]) &&
		    compare_serials(m, lost, &m->scan->cards[card]) != DIFFERENT)
			match(m, lost, card);
	}
}

void db_match_cards(struct known *known, size_t known_count, const struct scan *scan,
		    int64_t *rows)
{
	struct matching m = { known, known_count, scan, rows };

	for (size_t i = 0; i < known_count; i++)
		known[i].found = MATCH_NONE;
	match_all(&m, is_same_serial);
	match_all(&m, is_same_path);
	match_all(&m, is_same_address);
	match_moved(&m);
}
