/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Matches the cards of a scan with those of the inventory. */
#ifndef DB_MATCH_H
#define DB_MATCH_H

#include <stdbool.h>

#include "db/known.h"
#include "db/scan.h"

#define MATCH_NONE ((size_t)-1)

/* The match of a card of the scan. */
struct match {
	int64_t row;	 /* id of the card of the inventory, 0 if there is none */
	bool told_apart; /* by its serial number, which no other card has */
};

/*
 * Matches known cards with cards of the scan: sets found of each known card, and fills in
 * matches, one per card of the scan. lib/card-identity.h says whether two can be one card.
 * The rules, in this order:
 * 1. the same serial number, and no other vendor or device;
 * 2. the same PCIe path, no other ids, no other serial number;
 * 3. the same address if one of them has no path, no other ids, no other serial number;
 * 4. the same ids, if only one known card with them is missing and only one is new.
 * A serial number that two cards have does not count, whether they are in the scan or the
 * inventory of this host. A card present in a slot is matched before one that is missing
 * from it. A missing card of which only its place is known is never matched with the card
 * there now. 0 or -ENOMEM. Takes n log n, more if a host reports many cards with one path.
 */
int db_match_cards(struct known_cards *known, const struct scan *scan,
		   struct match *matches);

#endif
