/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Brings the inventory of a host's cards in line with a scan of the host. */
#ifndef DB_RECONCILE_H
#define DB_RECONCILE_H

#include "db/compare.h"
#include "db/hosts.h"

/*
 * A parsed scan of a host, compared with the host's cards, to be recorded. The caller of
 * db_reconcile_prepare() frees it with reconciliation_free(), which takes NULL.
 */
struct reconciliation;

#define _cleanup_reconciliation_ _cleanup_(cleanup_reconciliation)

/*
 * Parses a document of `gpupci --list --json` and matches its cards, without a
 * transaction, so that others may write. host must outlive the work. -EINVAL if
 * db_scan_parse() refuses the document or the host is a VM, -ENOSPC if too many cards
 * would be missing.
 */
int db_reconcile_prepare(struct db *db, const struct host_ref *host, const char *document,
			 struct reconciliation **ret_work);

/*
 * Names cards that are missing elsewhere, by serial number or UUID, and that the user says
 * are in this host now. The words must outlive the work. 0 or -ENOMEM.
 */
int db_reconcile_adopt(struct reconciliation *work, char **words, size_t count);

/*
 * Reconciles the cards of the host in the open write transaction, once, and calls each()
 * for every card, sorted by name; takes into account what was written since the
 * preparation. The name follows the card: by serial number; else by PCIe path and ids;
 * else, if exactly one card is missing and exactly one is new with the same ids, it
 * moved. Facts that the scan lacks stay unchanged. A new card with the serial number of
 * one that is missing elsewhere stays another card, which no VM gets, unless that one was
 * named. Fails, and the transaction is to be rolled back, if a word named none.
 */
int db_reconcile(struct reconciliation *work,
		 int (*each)(void *data, const struct reconciled *row), void *data);

void reconciliation_free(struct reconciliation *work);

static inline void cleanup_reconciliation(struct reconciliation **work)
{
	reconciliation_free(*work);
}

#endif
