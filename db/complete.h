/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names that begin so: what a shell offers while a command is typed. */
#ifndef DB_COMPLETE_H
#define DB_COMPLETE_H

#include "db/store/db.h"

enum complete_kind {
	COMPLETE_NOTHING, /* new names, numbers, any text */
	COMPLETE_PATH,	  /* the shell knows these */
	COMPLETE_HOST,
	COMPLETE_VM,
	COMPLETE_CONTAINER, /* hosts that are no VM */
	COMPLETE_CARD,	    /* of the owner, a host or VM; without one of all */
	COMPLETE_FREE_CARD, /* that the owner, a VM, could have: names, and addresses */
	COMPLETE_RETIRED,   /* serial numbers of cards in no host */
	COMPLETE_ATTR,
	COMPLETE_APPLIANCE,
	COMPLETE_NETWORK,
	COMPLETE_INTERFACE, /* devices of the owner, a host */
	COMPLETE_KINDS,
};

/* So many at most are told, and the last one: so that all have in common what these have. */
#define DB_COMPLETE_MOST 500

/*
 * Tells the names of a kind that begin with prefix, sorted; the owner is a host's name or
 * NULL. When that would take longer than a person waits for a key none is told: -EBUSY.
 */
int db_complete(struct db *db, enum complete_kind kind, const char *owner,
		const char *prefix, void (*each)(void *data, const char *name),
		void *data);

#endif
