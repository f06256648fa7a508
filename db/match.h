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
 * Fills in what each known card and each card of the scan is, the latter in as many matches.
 * Two of them are one card as lib/card-identity.h says. The rules, in this order:
 * 1. the same serial number, and no other vendor or device;
 * 2. the same PCIe path, no other ids, no other serial number;
 * 3. the same address where one of them knows no path, no other ids nor serial number;
 * 4. the only card that is not found, and the only one that is new, of the same ids.
 * A serial number that two cards bear counts as none, be they of the scan or of the
 * inventory of this host. What sits in a slot comes before what once sat there and is
 * missing. A missing card of which only its place is known is not taken for what sits there
 * now. 0 or -ENOMEM; n log n, but for cards that a liar gives one path.
 */
int db_match_cards(struct known_cards *known, const struct scan *scan,
		   struct match *matches);

#endif
