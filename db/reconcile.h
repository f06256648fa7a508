/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bringing the inventory of a host's cards in line with a scan of it. */
#ifndef DB_RECONCILE_H
#define DB_RECONCILE_H

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
 * A scan of a host that is to be recorded: read, and held against the host's cards. Freed
 * by who prepared it, with reconciliation_free(), which takes NULL.
 */
struct reconciliation;

#define _cleanup_reconciliation_ _cleanup_(cleanup_reconciliation)

/*
 * Reads a document of `gpupci --list --json` and matches its cards, while others may write:
 * no transaction is open. The host outlives the work. -EINVAL when db_scan_parse() refuses
 * the document or the host is a VM, -ENOSPC when too many cards would be missing.
 */
int db_reconcile_prepare(struct db *db, const struct host_ref *host, const char *document,
			 struct reconciliation **ret_work);

/*
 * Reconciles the cards of the host inside the write transaction that is open, once, and
 * tells each card by name; what was written since it was prepared counts. The name follows
 * the card: by serial; else by PCIe path and ids; else, when just one card is missing and
 * just one is new of the same ids, it moved. What the scan does not tell is left as it was.
 */
int db_reconcile(struct reconciliation *work,
		 int (*each)(void *data, const struct reconciled *row), void *data);

void reconciliation_free(struct reconciliation *work);

static inline void cleanup_reconciliation(struct reconciliation **work)
{
	reconciliation_free(*work);
}

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
