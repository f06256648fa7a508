/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detached cards and the drivers they had before: over reboots, and for this boot. */
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
	char driver[DRIVER_SIZE];   /* before, "" for none */
	char module[DRIVER_SIZE];   /* of that driver, "" when not known */
	char override[DRIVER_SIZE]; /* driver_override before */
};

struct detached_card {
	char name[NAME_SIZE];	   /* at that time; see detached_name() */
	struct card *card;	   /* after detached_identify(): the card, or NULL */
	char driver[DRIVER_SIZE];  /* it got: vfio-pci or a variant */
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

/*
 * Adds a card and takes ownership of its functions, which it frees after an error.
 * Returns 0 or -ENOMEM.
 */
int detached_add(struct detached *detached, struct detached_card card);

/* Adds a copy of a function to a card. Returns 0 or -ENOMEM. */
int detached_add_function(struct detached_card *card,
			  const struct detached_function *function);

/*
 * Finds the card of each record in the lists, because another card may have the recorded
 * name by now. Uses detached_match(); else, with has_names, the card with its name and
 * ids, according to the names file (which finds cards that moved), unless that card has
 * its own record or another serial number. All cards must be identified.
 */
void detached_identify(struct detached *const lists[], size_t count,
		       const struct cards *cards, bool has_names);

/*
 * Returns the current name of the record's card, or the recorded name if the card is
 * missing. Do not free.
 */
const char *detached_name(const struct detached_card *record);

/*
 * Adds a card that a plan detached and replaces its record. All cards must be identified:
 * a serial number shared by two cards is not recorded, or one could later be taken for
 * the other. old (or NULL) says what a function had that was already on vfio. Returns 0
 * or -errno.
 */
int detached_put(struct detached *detached, struct card *card, const struct cards *cards,
		 const struct plan *plan, const struct detached_card *old);

/* Adds a copy of a record and replaces the card's old one. Returns 0 or -errno. */
int detached_copy(struct detached *detached, const struct detached_card *record);

/* Removes the card's record. */
void detached_drop(struct detached *detached, const struct card *card);

/* Returns the card's record, or NULL. The list owns it. */
const struct detached_card *detached_find(const struct detached *detached,
					  const struct card *card);

/* Returns the record's function with that number, or NULL. The record owns it. */
const struct detached_function *detached_function(const struct detached_card *card,
						  unsigned int number);

/*
 * Finds the card of a record as lib/card-identity.h says: the one with its serial number,
 * else the one with its path and ids. A number shared by two cards is ignored. All cards
 * must be identified. NULL if none matches for certain.
 */
struct card *detached_match(const struct detached_card *record,
			    const struct cards *cards);

void detached_release(struct detached *detached);

#define _cleanup_detached_ __attribute__((cleanup(detached_release)))

#endif
