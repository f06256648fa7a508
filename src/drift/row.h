/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of `rocks check host gpu`, and what they are found from. */
#ifndef SRC_DRIFT_ROW_H
#define SRC_DRIFT_ROW_H

#include "db/holder.h"
#include "db/memory.h"
#include "db/scan.h"
#include "lib/table.h"
#include "src/drift/vms.h"
#include "src/vm/domains.h"

struct drift_repairs;
struct drift_devices;

/*
 * One host and what its witnesses say: the inventory, the host, libvirt's definitions and
 * the running VMs. Borrows everything that it points to.
 */
struct drift {
	const struct context *context;
	const struct host_ref *host;
	size_t index;	    /* of the host, in domains */
	const char *answer; /* output of drift_devices_command() there */
	struct scan scan;   /* parsed from it */
	struct card_holders holders;
	struct memory memory; /* parsed from it, too */
	const char *status;   /* what it says on devices; NULL: not asked */
	const struct domain_rows *domains;
	const struct drift_vms *vms;
	const struct drift_devices *devices;
	const char *at; /* when the hosts were asked: 2026-11-21T12:00Z */
	struct table *table;
	bool found;			   /* a row was added, for any host */
	struct drift_repairs *repairs;	   /* or NULL */
	size_t number;			   /* of the host in them */
	const struct drift_repairs *tried; /* repairs that were tried, or NULL */
};

struct drift_row {
	const char *gpu, *vm; /* or NULL */
	struct strbuf what, since, repair;
};

/* Makes a table without rows, which the caller frees. ROCKS_DONE or ROCKS_FAILED. */
int drift_table(struct table **ret_table);

/* Adds the row and releases it: 0 or -ENOMEM. */
int drift_add_row(struct drift *drift, struct drift_row *row);

/*
 * Fills row->since of two facts that disagree: the last event of the history, and what
 * was seen now.
 */
void drift_add_seen(const struct drift *drift, struct drift_row *row, const char *seen);

#endif
