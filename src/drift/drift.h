/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the inventory, a host, its libvirt and what really runs there disagree. */
#ifndef SRC_DRIFT_DRIFT_H
#define SRC_DRIFT_DRIFT_H

#include "db/scan.h"
#include "src/drift/vms.h"
#include "src/vm/domains.h"
#include "src/vm/hypervisor.h"

struct drift_repairs;
struct drift_devices;

/* One host, as four witnesses tell it. */
struct drift {
	const struct invocation *invocation;
	const struct host_ref *host;
	size_t index;	     /* of the host, in domains */
	const char *answer;  /* of drift_devices_command() there */
	struct scan scan;    /* read from it */
	const char *holders; /* the next part of it */
	const char *status;  /* what it says of devices, NULL: they were not asked for */
	const struct domain_rows *domains;
	const struct drift_vms *vms;
	const struct drift_devices *devices;
	const char *at; /* when they were asked: 2026-11-21T12:00Z */
	struct table *table;
	bool found;		       /* some row was added, for any host */
	struct drift_repairs *repairs; /* or NULL */
	size_t number;		       /* of the host in them */
};

/*
 * What is asked on a host: the document of gpupci, a line with \036, then a line for each
 * process that has a VFIO group open: GROUP PID, and the guest's name when it is a QEMU. A
 * line "-" comes before them where they are not all that there may be: only root sees them.
 * drift_devices_command() may ask for more, which comes after another line with \036.
 */
extern const char DRIFT_COMMAND[];

/* The document of gpupci in the answer, "" when it is not whole; NULL when memory ran out. */
char *drift_document(const char *answer);

/* A table without rows: ROCKS_DONE or ROCKS_FAILED. */
int drift_table(struct table **ret_table);

/* Adds a row for each disagreement. ROCKS_DONE, or after a word that names the host. */
int drift_look(struct drift *drift);

#endif
