/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reconciles hosts with scans, and makes the table of the results. */
#ifndef SRC_DRIFT_SYNC_H
#define SRC_DRIFT_SYNC_H

#include "src/cli/command.h"

/*
 * Makes an empty table with the columns of a reconciliation, which the caller frees.
 * ROCKS_DONE or ROCKS_FAILED.
 */
int reconciled_table(struct table **ret_table);

/*
 * Reconciles the host with this name with a scan, in a transaction that it begins and
 * leaves open, and adds its rows to the table. 0, or -errno with db_error().
 */
int reconcile_host(const struct context *context, const char *host, const char *document,
		   struct table *table);

/*
 * Asks the hosts (from take_vm_hosts()) for their scans and reconciles each in a
 * transaction of its own; dryrun rolls it back. ROCKS_DONE; ROCKS_FAILED after printing
 * an error for each host that gave no scan, of which nothing changes.
 */
int reconcile_fleet(const struct context *context, const struct host_set *hosts,
		    bool dryrun, struct table *table);

#endif
