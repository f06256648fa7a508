/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cards of a host as the inventory has them, to hold a scan against. */
#ifndef DB_KNOWN_H
#define DB_KNOWN_H

#include <stdbool.h>

#include "db/hosts.h"

/* What is not known is NULL. */
struct known {
	int64_t id;
	char *name, *ids, *serial, *path, *vm;
	int64_t place; /* packed; its address, or the last one */
	bool missing, quarantined;
	size_t found; /* index of the card of the scan that it is, or MATCH_NONE */
};

/* By name, gpupci2 before gpupci10. */
struct known_cards {
	struct known *list;
	size_t count;
};

#define _cleanup_known_cards_ _cleanup_(known_cards_release)

void known_cards_release(struct known_cards *cards);

/* 0 or -errno; found is not set yet. */
int db_known_load(struct db *db, int64_t host, struct known_cards *ret_cards);

#endif
