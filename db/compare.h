/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a scan says that the inventory does not, without writing. */
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
	const int64_t *was;	/* packed; the last address of one that is not new */
	const char *vm;		/* who holds it, or NULL */
	const char *note;	/* what a person should know, or NULL */
	bool is_unmarked; /* of db_compare(): no serial number or path tells it apart */
};

/*
 * What db_reconcile() would tell, without writing and without notes: new, same, moved,
 * missing, returned; of one that is where it was also quarantined (by its host, not in the
 * inventory) and functions (it has others than are recorded). A name is not known yet where
 * it is new: it is the scan's.
 */
int db_compare(struct db *db, const struct host_ref *host, const struct scan *scan,
	       int (*each)(void *data, const struct reconciled *row), void *data);

/* What became of a known card that sits at a packed address now (NULL: nowhere). */
const char *db_known_change(const struct known *known, const int64_t *address,
			    bool slot_taken);

#endif
