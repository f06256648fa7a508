/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which card of a scan is which card of the inventory. */
#ifndef DB_MATCH_H
#define DB_MATCH_H

#include <stdbool.h>

#include "db/scan.h"

/* A card of the inventory before the scan; what is not known is NULL. */
struct known {
	int64_t id;
	char *name, *ids, *serial, *path, *vm;
	int64_t place; /* packed; its address, or the last one */
	bool missing, quarantined;
	size_t found; /* index of the card of the scan that it is, or MATCH_NONE */
};

#define MATCH_NONE ((size_t)-1)

/*
 * Fills in what each card is: rows[i] becomes the id of the card of the inventory that
 * the scan's card i is, 0 when it is none of them. The rules, in this order:
 * 1. the same serial number, and no other vendor or device;
 * 2. the same PCIe path, no other ids, no other serial number;
 * 3. the same address where one of them knows no path, no other ids nor serial number;
 * 4. the only card that is not found, and the only one that is new, of the same ids.
 * A serial number that two cards bear counts as none. A missing card of which only its
 * place is known is not taken for what sits there now.
 */
void db_match_cards(struct known *known, size_t known_count, const struct scan *scan,
		    int64_t *rows);

/* Whether no second card of the scan or of the inventory of this host bears the serial. */
bool db_match_serial_counts(const struct known *known, size_t known_count,
			    const struct scan *scan, const char *serial);

#endif
