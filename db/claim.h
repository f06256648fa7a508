/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claims: which VM's definition passes which device of a container by address. */
#ifndef DB_CLAIM_H
#define DB_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/store/db.h"

struct claim {
	int64_t vm_id, address; /* packed */
	const char *vm, *uuid;
	bool moves; /* the VM is moving from or to the host */
};

/* The owner of a device that another VM wants to claim. */
struct claim_owner {
	char *vm;
	char *card; /* the card of vm whose function it is; NULL: vm claims it */
};

void claim_owner_release(struct claim_owner *owner);

#define _cleanup_claim_owner_ _cleanup_(claim_owner_release)

/*
 * In a transaction: the VM claims the device at a packed address of a host, if it does
 * not already. 0; 1 if another VM has it, and the caller releases *ret_owner; -errno.
 */
int db_claim_add(struct db *db, int64_t vm, int64_t host, int64_t address,
		 struct claim_owner *ret_owner);

/* In a transaction: removes a claim. 1, 0 if it is not there, -errno. */
int db_claim_remove(struct db *db, int64_t vm, int64_t host, int64_t address);

/* In a transaction: removes all claims of the VM on a host except these. 0 or -errno. */
int db_claims_keep(struct db *db, int64_t vm, int64_t host, const int64_t *addresses,
		   size_t count);

/* Whether these are all claims of the VM on a host: 1, 0, -errno. */
int db_claims_are(struct db *db, int64_t vm, int64_t host, const int64_t *addresses,
		  size_t count);

/*
 * The claims on a host by address. Strings live for the call of each(); a nonzero result
 * ends the walk.
 */
int db_claims_each(struct db *db, int64_t host,
		   int (*each)(void *data, const struct claim *row), void *data);

/* 0, or -EBUSY with a sentence if a VM other than vm claims a function of the card. */
int db_claim_check_card(struct db *db, int64_t vm, int64_t card);

#endif
