/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the cards: which functions belong together. */
#ifndef SRC_GPUPCI_CARDS_FIND_H
#define SRC_GPUPCI_CARDS_FIND_H

#include <stddef.h>

#include "src/gpupci/cards/card.h"
#include "src/gpupci/cards/config.h"
#include "src/gpupci/scan/scan.h"

struct cards {
	struct card *cards; /* by address of their first member, named in that order */
	size_t count;
};

#define CARDS_EMPTY     \
	{               \
		NULL, 0 \
	}

/*
 * Sorts the scan's functions into cards. They point into the scan, which must outlive
 * them. Returns as pci_scan_read(); release with cards_release(), also after an error.
 */
int cards_find(struct cards *cards, const struct config *config, struct pci_scan *scan);
void cards_release(struct cards *cards);

#endif
