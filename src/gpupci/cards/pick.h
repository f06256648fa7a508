/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI functions that a run of gpupci is about. */
#ifndef SRC_GPUPCI_CARDS_PICK_H
#define SRC_GPUPCI_CARDS_PICK_H

#include <stdbool.h>
#include <stddef.h>

#include "src/gpupci/cards/host.h"

struct pick {
	struct pci_address address;
	struct pci_function
		*function; /* the scan's; NULL where the host has none there */
	struct card *card; /* the one it is part of, or NULL */
	size_t owner;	   /* one number for all functions of a card; never a lower one */
};

/*
 * Cards first, in the order of the host's cards and of their members, then the functions
 * that belong to no card, by address. Each is there once.
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
 * Both point into the host, which must outlive them. 0 or -ENOMEM; released with
 * picks_release(), also after an error.
 */

/* All functions of all cards. */
int picks_find_cards(struct picks *picks, const struct host *host);

/*
 * What a word and count others mean: a card's name, all cards, the address of any PCI
 * function, which stands for the whole card where it is part of one. *ret_unknown is the
 * first word that is neither a card nor an address, or NULL.
 */
int picks_find(struct picks *picks, const struct host *host, const char *word,
	       char *const others[], size_t count, const char **ret_unknown);

void picks_release(struct picks *picks);

#define _cleanup_picks_ __attribute__((cleanup(picks_release)))

#endif
