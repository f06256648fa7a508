/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Definitions of VMs: what is known of them, and what rocks has replaced. */
#ifndef DB_DEFINITION_H
#define DB_DEFINITION_H

#include <stdint.h>

#include "db/store/db.h"

/* How many replaced definitions of a VM are kept. */
#define DB_REPLACED_MOST 3

struct replaced {
	const char *container, *xml;
	const char *at;	 /* 2026-01-31T12:00:00Z */
	const char *who; /* who replaced it */
};

/*
 * What rocks last defined of a VM on a container, or `sync host vm` last saw of one whose
 * definition is libvirt's, as the hypervisor then reported it: 1 with a text that the
 * caller frees, 0 if nothing is known, -errno.
 */
int db_definition_get(struct db *db, int64_t vm, int64_t container, char **ret_xml);

/*
 * The container where a VM was last defined if that is not the one that it is on: 1 with
 * its name, which the caller frees, 0, or -errno.
 */
int db_definition_elsewhere(struct db *db, int64_t vm, char **ret_container);

/* In a transaction: it is defined there, as this XML, and was undefined elsewhere. */
int db_definition_set(struct db *db, int64_t vm, int64_t container, const char *xml);

/* libvirt's own definition of a VM, as last seen. */
struct kept_definition {
	int64_t vm;
	const char *xml; /* without secrets */
	/* Those of recorded cards: pci_address_pack() in decimal, a blank around each. */
	const char *functions;
};

/*
 * In a transaction: keeps xml as libvirt's own definition of the VM, and as what
 * db_definition_get() returns for that container. next: a JSON list of the packed addresses
 * of the functions that it passes. 1 if xml is new, 0 if unchanged, -errno.
 */
int db_kept_set(struct db *db, int64_t vm, int64_t container, const char *xml,
		const char *next);

/*
 * Whether a VM's definition is libvirt's own. 1, and *ret_xml, which the caller initializes
 * to NULL and frees, if what is there on its container is known; 0 if rocks makes it;
 * -errno.
 */
int db_definition_is_own(struct db *db, int64_t vm, char **ret_xml);

/*
 * The definitions of those VMs of a list (db_host_list()) that have libvirt's own, sorted
 * by VM. Strings live for the call of each(); a nonzero result ends the walk and is
 * returned.
 */
int db_kept_each_of(struct db *db, const char *vms,
		    int (*each)(void *data, const struct kept_definition *row),
		    void *data);

/*
 * In a transaction: keeps a definition that is about to be replaced, and of all those of
 * the VM the last DB_REPLACED_MOST. One that is kept already becomes the last.
 */
int db_replaced_add(struct db *db, int64_t vm, const struct replaced *replaced);

/*
 * The replaced definitions of a VM, the oldest first. Strings live for the call of each();
 * a nonzero result ends the walk and is returned.
 */
int db_replaced_each(struct db *db, int64_t vm,
		     int (*each)(void *data, const struct replaced *row), void *data);

#endif
