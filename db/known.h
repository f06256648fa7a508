/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The recorded cards of a host, to compare with a scan. */
#ifndef DB_KNOWN_H
#define DB_KNOWN_H

#include <stdbool.h>

#include "db/hosts.h"

/* Unknown values are NULL. */
struct known {
	int64_t id;
	char *name, *ids, *serial, *path, *vm;
	int64_t place; /* packed; its address, or its last one */
	bool missing, quarantined;
	size_t found; /* index of the same card in the scan, or MATCH_NONE */
};

/* Sorted by name, gpupci2 before gpupci10. */
struct known_cards {
	struct known *list;
	size_t count;
};

#define _cleanup_known_cards_ _cleanup_(known_cards_release)

void known_cards_release(struct known_cards *cards);

/* 0 or -errno; does not set found. The caller releases the cards. */
int db_known_load(struct db *db, int64_t host, struct known_cards *ret_cards);

#endif
