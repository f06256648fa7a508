/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares a scan with the inventory, without writing. */
#ifndef DB_COMPARE_H
#define DB_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "db/hosts.h"
#include "db/known.h"
#include "db/scan.h"

struct reconciled {
	const char *name;	/* in the inventory */
	const char *change;	/* new, same, moved, swapped, missing */
	const int64_t *address; /* packed; NULL when missing or swapped */
	const int64_t *was;	/* packed; its last address, unless it is new */
	const char *vm;		/* who holds it, or NULL */
	const char *note;	/* a hint for a person, or NULL */
	bool is_unmarked; /* from db_compare(): no serial number or path identifies it */
};

/*
 * Reports what db_reconcile() would, without writing and without notes: new, same, moved,
 * missing, returned; for a card that did not move also quarantined (by its host, not in
 * the inventory) and functions (they differ from the recorded ones). A new card has the
 * scan's name, not its future one. 0 or -errno.
 */
int db_compare(struct db *db, const struct host_ref *host, const struct scan *scan,
	       int (*each)(void *data, const struct reconciled *row), void *data);

/*
 * The change of a known card that now sits at a packed address (NULL: nowhere). Static.
 */
const char *db_known_change(const struct known *known, const int64_t *address,
			    bool slot_taken);

#endif
