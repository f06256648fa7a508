/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The port of a card that has a PCIe switch of its own, such as Intel's Arc or AMD's Vega. */
#ifndef SRC_GPUPCI_SCAN_PORT_H
#define SRC_GPUPCI_SCAN_PORT_H

#include "src/gpupci/scan/scan.h"

/*
 * Finds the upstream port of the switch on the function's board: it is what is plugged
 * in, and its link is the card's. NULL if the board has none, and for a virtual function.
 * Reads the kind of up to two bridges. Returns as pci_scan_read(); the scan owns the port.
 */
int port_find(struct pci_scan *scan, const struct pci_function *function,
	      const struct pci_function **ret_port);

#endif
