/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What else is on a card's board, in a slot of its own behind the board's switch. */
#ifndef SRC_GPUPCI_CARDS_BOARD_H
#define SRC_GPUPCI_CARDS_BOARD_H

#include "src/gpupci/cards/host.h"

/*
 * Finds the sound function on the card's board that no line of gpupci.conf joins to it or
 * excludes; NULL if there is none. It stays out of the card unless a line joins it: if
 * gpupci added it on its own, a detached card would be half detached and its VM would not
 * start. All functions were read. Returns as pci_scan_read(); the scan owns it.
 */
int board_find_sound(struct host *host, const struct card *card,
		     const struct pci_function **ret_sound);

/* Formats the line for gpupci.conf that joins it: "join 0000:03:00.0 0000:04:00.0". */
#define BOARD_JOIN_SIZE (2 * PCI_ADDRESS_SIZE + sizeof("join "))
const char *board_format_join(const struct card *card, const struct pci_function *sound,
			      char text[BOARD_JOIN_SIZE]);

#endif
