/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reconciling hosts with scans, and the table of what came of it. */
#ifndef SRC_DRIFT_SYNC_H
#define SRC_DRIFT_SYNC_H

#include "src/cli/command.h"

/* An empty table with the columns of a reconciliation: ROCKS_DONE or ROCKS_FAILED. */
int reconciled_table(struct table **ret_table);

/*
 * Reconciles the host of that name with a scan, in a transaction that it begins and leaves
 * open, and adds its rows to the table. 0, or -errno with db_error().
 */
int reconcile_host(const struct context *context, const char *host, const char *document,
		   struct table *table);

/*
 * Asks the hosts, as take_vm_hosts() takes them, for their scans and does the same with each, in a transaction a host, which
 * dryrun takes back. A host that gave none is told, and nothing of it changes:
 * ROCKS_FAILED in the end.
 */
int reconcile_fleet(const struct context *context, const struct host_set *hosts,
		    bool dryrun, struct table *table);

#endif
