/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libpci, fenced: where it would end the program, these return an error instead. */
#ifndef SRC_GPUPCI_SCAN_LIBPCI_H
#define SRC_GPUPCI_SCAN_LIBPCI_H

#include <stdbool.h>
#include <stdint.h>

#include "src/gpupci/scan/scan.h"

/*
 * All return 0 or -errno; after -EIO libpci's own words are in scan->fault. Only one
 * thread may use them, since libpci tells its errors without a context.
 */

/* Finds the devices: fills scan->functions with addresses only, in libpci's order. */
int library_open(struct pci_scan *scan);
void library_close(struct pci_scan *scan);

/* Whether the header in the configuration space is a bridge's; -EIO when cut short. */
int library_is_bridge(struct pci_scan *scan, const struct pci_function *function,
		      bool *ret_bridge);

/* Fills the memory BARs of function->details. */
int library_read_bars(struct pci_scan *scan, struct pci_function *function);

enum library_serial {
	LIBRARY_SERIAL_FOUND,
	LIBRARY_SERIAL_NONE,   /* the device has none */
	LIBRARY_SERIAL_HIDDEN, /* it may have one that only root can see */
};

/* The Device Serial Number's 8 bytes as they are in the configuration space. */
int library_read_serial(struct pci_scan *scan, const struct pci_function *function,
			uint8_t ret_bytes[8], enum library_serial *ret_found);

/* What a bridge does to keep the devices below it apart: Access Control Services. */
enum library_acs {
	LIBRARY_ACS_UNKNOWN, /* its configuration cannot be read, as who is not root */
	LIBRARY_ACS_NONE, /* it has none: a bridge of conventional PCI, or an old one */
	LIBRARY_ACS_OFF,  /* it has them, and not all that is needed is on */
	LIBRARY_ACS_ON,
};

/* Reads that of a bridge; errors are LIBRARY_ACS_UNKNOWN. */
enum library_acs library_read_acs(struct pci_scan *scan,
				  const struct pci_function *function);

#endif
