/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stable names: a card keeps its name wherever it turns up. */
#ifndef SRC_GPUPCI_CARDS_NAMES_H
#define SRC_GPUPCI_CARDS_NAMES_H

#include "src/gpupci/cards/find.h"
#include "src/gpupci/cards/names-file.h"

/*
 * Names the cards from the records of the file. A record and a card match as
 * lib/card-identity.h says: by serial number, else by path or address; else, if exactly
 * one card with these ids is missing and exactly one is new, it moved. A serial number
 * shared by two cards or two records is ignored. A new card gets the lowest free number.
 * Reads ids and serials of all cards, but the VPD only of cards that nothing else
 * identifies. Sets record->card of each record and adds new records. Returns as
 * pci_scan_read().
 */
int names_match(struct names *names, struct cards *cards, struct pci_scan *scan);

#endif
