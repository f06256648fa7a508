/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cards were detached, and what they had before: over reboots, and this boot. */
#ifndef SRC_GPUPCI_KEEP_DETACHED_H
#define SRC_GPUPCI_KEEP_DETACHED_H

#include <stddef.h>
#include <stdint.h>

#include "lib/driver-name.h"
#include "lib/pci-address.h"
#include "src/gpupci/bind/plan.h"
#include "src/gpupci/cards/find.h"
#include "src/gpupci/cards/names-file.h"

struct detached_function {
	unsigned int number;	    /* as in struct card_member */
	struct pci_address address; /* where it was */
	uint16_t vendor, device;
	char path[256];		    /* "" when not known */
	char driver[DRIVER_SIZE];   /* it had before, "" for none */
	char module[DRIVER_SIZE];   /* of that driver, "" when not known */
	char override[DRIVER_SIZE]; /* driver_override before */
};

struct detached_card {
	char name[NAME_SIZE];	   /* it had then; see detached_name() */
	struct card *card;	   /* after detached_identify(): which it is, or NULL */
	char driver[DRIVER_SIZE];  /* it was given: vfio-pci or a variant */
	char ids[32], serial[128]; /* as struct card's, "" when not known */
	struct detached_function *functions;
	size_t count;
};

struct detached {
	struct detached_card *cards;
	size_t count;
};

#define DETACHED_EMPTY  \
	{               \
		NULL, 0 \
	}

/* Adds a card and takes over its functions; without memory they are freed. 0 or -ENOMEM. */
int detached_add(struct detached *detached, struct detached_card card);

/* Adds a copy of a function to a card's. 0 or -ENOMEM. */
int detached_add_function(struct detached_card *card,
			  const struct detached_function *function);

/*
 * Finds out which card each record of the lists is, so that none goes by a name which
 * another card may bear by now. The one that detached_match() tells; else, has_names, the
 * one of its name and ids that the names file knows (which finds cards that have moved),
 * unless that one has a record of its own or another serial number. The cards were
 * identified.
 */
void detached_identify(struct detached *const lists[], size_t count,
		       const struct cards *cards, bool has_names);

/* The name that the record's card has now; the one in the record where it is not there. */
const char *detached_name(const struct detached_card *record);

/*
 * Adds a card that a plan detached, in the place of its record. All cards were identified:
 * a serial number that another has is not put down, lest that one be taken for it where it
 * is alone. Of a function that sat on vfio before, old (or NULL) tells what it had. 0 or -errno.
 */
int detached_put(struct detached *detached, struct card *card, const struct cards *cards,
		 const struct plan *plan, const struct detached_card *old);

/* Adds a copy of a record, likewise. */
int detached_copy(struct detached *detached, const struct detached_card *record);

/* Takes the card's record out. */
void detached_drop(struct detached *detached, const struct card *card);

/* The card's record, or NULL. */
const struct detached_card *detached_find(const struct detached *detached,
					  const struct card *card);

/* The record's function of that number, or NULL. */
const struct detached_function *detached_function(const struct detached_card *card,
						  unsigned int number);

/*
 * Which card it is, as lib/card-identity.h says: that with its serial number, else that
 * with its path and ids. A number that two cards bear is none. The cards were
 * identified. NULL when none is, or when that is not certain.
 */
struct card *detached_match(const struct detached_card *record,
			    const struct cards *cards);

void detached_release(struct detached *detached);

#define _cleanup_detached_ __attribute__((cleanup(detached_release)))

#endif
