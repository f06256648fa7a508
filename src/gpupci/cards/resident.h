/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Displays that are part of the machine: in the processor, or its management's. */
#ifndef SRC_GPUPCI_CARDS_RESIDENT_H
#define SRC_GPUPCI_CARDS_RESIDENT_H

#include "src/gpupci/scan/scan.h"

/*
 * Whether a function whose kind is known is such a display, which is a card only if
 * gpupci.conf includes it: 1, 0, or -errno as pci_scan_read().
 */
int resident_is(struct pci_scan *scan, const struct pci_function *function);

#endif
