/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reconciles hosts with scans, and makes the table of the results. */
#ifndef SRC_DRIFT_SYNC_H
#define SRC_DRIFT_SYNC_H

#include "src/cli/command.h"

/* A reconciliation, with what the user wants of it. */
struct sync {
	struct context context;
	bool dryrun;
	const char *adopt; /* cards to be taken over, separated by commas, or NULL */
	/* From sync_open(): */
	struct table *table; /* of the results */
	char **words;	     /* of adopt */
	size_t word_count;
};

/* Fills in the last three, which sync_close() frees. ROCKS_DONE or ROCKS_FAILED. */
int sync_open(struct sync *sync);
void sync_close(struct sync *sync);

/*
 * Reconciles the host with this name with a scan, in a transaction that it begins and
 * leaves open, and adds its rows to the table. 0, or -errno with db_error().
 */
int reconcile_host(struct sync *sync, const char *host, const char *document);

/*
 * Asks the hosts (from take_vm_hosts()) for their scans and reconciles each in a
 * transaction of its own; dryrun rolls it back. ROCKS_DONE; ROCKS_FAILED after printing
 * an error for each host that gave no scan, of which nothing changes.
 */
int reconcile_fleet(struct sync *sync, const struct host_set *hosts);

#endif
