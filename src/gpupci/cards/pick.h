/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI functions that one run of gpupci is about. */
#ifndef SRC_GPUPCI_CARDS_PICK_H
#define SRC_GPUPCI_CARDS_PICK_H

#include <stdbool.h>
#include <stddef.h>

#include "src/gpupci/cards/host.h"

struct pick {
	struct pci_address address;
	struct pci_function
		*function; /* owned by the scan; NULL if the host has none there */
	struct card *card; /* its card, or NULL */
	size_t owner;	   /* same for all functions of a card; never decreases */
};

/*
 * Cards first, in the order of the host's cards and of their members, then the functions
 * that belong to no card, by address. No duplicates.
 */
struct picks {
	struct pick *picks;
	size_t count;
};

#define PICKS_EMPTY     \
	{               \
		NULL, 0 \
	}

/*
 * Both return picks that point into the host, which must outlive them. Return 0 or
 * -ENOMEM; release with picks_release(), also after an error.
 */

/* Picks all functions of all cards. */
int picks_find_cards(struct picks *picks, const struct host *host);

/*
 * Picks what a word and count others mean: a card's name, all cards, or the address of
 * any PCI function, which stands for its whole card if it has one. *ret_unknown is the
 * first word that is neither a card nor an address, or NULL.
 */
int picks_find(struct picks *picks, const struct host *host, const char *word,
	       char *const others[], size_t count, const char **ret_unknown);

void picks_release(struct picks *picks);

#define _cleanup_picks_ __attribute__((cleanup(picks_release)))

#endif
