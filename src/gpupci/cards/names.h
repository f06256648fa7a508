/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names that stay: a card keeps its name wherever it turns up. */
#ifndef SRC_GPUPCI_CARDS_NAMES_H
#define SRC_GPUPCI_CARDS_NAMES_H

#include "src/gpupci/cards/find.h"
#include "src/gpupci/cards/names-file.h"

/*
 * Names the cards by the records of the file. A record and a card are one as
 * lib/card-identity.h says: by serial number, else by path or address; else, where just one
 * of these ids is missing and just one is new, it moved. A serial number that two cards or
 * two records bear counts as none. A new card gets the lowest number that is free. Reads
 * ids and serials of all cards, the VPD of those alone that are not found without it.
 * record->card tells what became of each record; new ones are added. As pci_scan_read().
 */
int names_match(struct names *names, struct cards *cards, struct pci_scan *scan);

#endif
