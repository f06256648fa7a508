/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names with a given prefix, for completion in a shell. */
#ifndef DB_COMPLETE_H
#define DB_COMPLETE_H

#include "db/store/db.h"

enum complete_kind {
	COMPLETE_NOTHING, /* new names, numbers, any text */
	COMPLETE_PATH,	  /* the shell knows these */
	COMPLETE_HOST,
	COMPLETE_VM,
	COMPLETE_CONTAINER, /* hosts that are not VMs */
	COMPLETE_CARD,	    /* of the owner, a host or VM; without an owner, of all */
	COMPLETE_FREE_CARD, /* cards that the owner, a VM, could have: names and addresses */
	COMPLETE_RETIRED, /* serial numbers of cards in no host */
	COMPLETE_ATTR,
	COMPLETE_OS,	/* operating systems of hosts */
	COMPLETE_ALIAS, /* of the owner, a host */
	COMPLETE_APPLIANCE,
	COMPLETE_NETWORK,
	COMPLETE_MODEL, /* of cards; only those of the inventory */
	COMPLETE_PROJECT,
	COMPLETE_USER, /* members of projects, owners of VMs */
	COMPLETE_AGGREGATE,
	COMPLETE_FLAVOR,
	COMPLETE_INTERFACE, /* devices of the owner, a host */
	COMPLETE_KINDS,
};

/*
 * The most names reported, besides the last one, which shows what prefix all have in
 * common.
 */
#define DB_COMPLETE_MOST 500

/*
 * Calls each() for the names of a kind that begin with prefix, sorted; owner is a host's
 * name or NULL. 0 or -errno; -EBUSY, without any name, if it would take longer than a
 * person waits for a key.
 */
int db_complete(struct db *db, enum complete_kind kind, const char *owner,
		const char *prefix, void (*each)(void *data, const char *name),
		void *data);

#endif
