/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bringing the inventory of a host's cards in line with a scan of it. */
#ifndef DB_RECONCILE_H
#define DB_RECONCILE_H

#include "db/compare.h"
#include "db/hosts.h"

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

#endif
