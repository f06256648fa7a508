/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The VMs that a hypervisor describes. */
#ifndef DB_SEEN_H
#define DB_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/hosts.h"
#include "lib/cleanup.h"

/* A VM of a hypervisor. The lists are JSON; an address in them is packed. */
struct seen_vm {
	char *name, *uuid; /* as the hypervisor says: not checked */
	char *disks;	   /* objects: type, path, device, bus */
	char *interfaces;  /* objects: mac, source, vlan, nokvm */
	char *now, *next;  /* functions that it has, and that its definition gives it */
	char *left,
		*cdrom;	   /* disks with no word in the inventory, with commas; or NULL */
	char *xml;	   /* its definition without secrets; "" if too long; or NULL */
	int64_t mem, cpus; /* MiB; 0 if unknown or beyond the inventory's limits */
	bool runs, persistent;
	const char *also; /* another host that was asked and has this UUID, or NULL */
};

struct seen_vms {
	struct seen_vm *list;
	size_t count;
	const struct host_ref *host;
};

#define _cleanup_seen_vms_ _cleanup_(seen_vms_release)

void seen_vms_release(struct seen_vms *vms);

/*
 * Reads the document of a host: a list with an object a VM, with the members above. Sorts
 * them by name. 0, or -errno; the caller releases the VMs. host must outlive them.
 */
int db_seen_load(struct db *db, const struct host_ref *host, const char *document,
		 struct seen_vms *ret_vms);

/* Sets also for all of count hosts. 0 or -ENOMEM. */
int db_seen_compare(struct seen_vms *hosts, size_t count);

/* The outcome for a VM. Strings live for the call. */
struct adopted {
	/* new, same, changed, gone; refused, elsewhere, moving: nothing is recorded */
	const char *state;
	const char *vm;	  /* its name in the inventory, or the hypervisor's */
	const char *gpus; /* of a new one: its cards on the host, or NULL */
	const char *what; /* a remark for the user, or NULL */
};

/*
 * In a transaction: records the VMs that are not recorded, with their cards, and compares
 * the others. Calls each() for every VM that the inventory or the hypervisor has on the
 * host. 0 or -errno; stops when each() returns nonzero, and returns that.
 */
int db_adopt(struct db *db, const struct seen_vms *vms,
	     int (*each)(void *data, const struct adopted *row), void *data);

#endif
