/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A fence around libpci: where libpci would exit, these return an error. */
#ifndef SRC_GPUPCI_SCAN_LIBPCI_H
#define SRC_GPUPCI_SCAN_LIBPCI_H

#include <stdbool.h>
#include <stdint.h>

#include "src/gpupci/scan/scan.h"

/*
 * All return 0 or -errno; after -EIO scan->fault holds the message of libpci. Not
 * thread-safe: libpci reports errors without a context.
 */

/* Finds the devices: fills scan->functions with addresses only, in libpci's order. */
int library_open(struct pci_scan *scan);
void library_close(struct pci_scan *scan);

/* Whether the configuration header is a bridge's; -EIO if it is truncated. */
int library_is_bridge(struct pci_scan *scan, const struct pci_function *function,
		      bool *ret_bridge);

/* Fills the memory BARs of function->details. */
int library_read_bars(struct pci_scan *scan, struct pci_function *function);

/*
 * Reads the registers of the six windows (Base Address Registers) of a function whose
 * header is an endpoint's: all 0 for any other, and for a virtual function.
 */
#define LIBRARY_WINDOWS 6
int library_read_windows(struct pci_scan *scan, const struct pci_function *function,
			 uint32_t ret_registers[LIBRARY_WINDOWS]);

/* Fills function->answer, whether the device sleeps or not. */
int library_read_answer(struct pci_scan *scan, struct pci_function *function);

enum library_serial {
	LIBRARY_SERIAL_FOUND,
	LIBRARY_SERIAL_NONE,   /* the device has none */
	LIBRARY_SERIAL_HIDDEN, /* it may have one that only root can read */
};

/*
 * Reads the 8 bytes of the Device Serial Number, in the order of the configuration space,
 * and fills function->answer: a device that does not answer hides its number.
 */
int library_read_serial(struct pci_scan *scan, struct pci_function *function,
			uint8_t ret_bytes[8], enum library_serial *ret_found);

/* How well a bridge isolates the devices below it: Access Control Services. */
enum library_acs {
	LIBRARY_ACS_DEAD,    /* it does not answer, as struct pci_function says */
	LIBRARY_ACS_UNKNOWN, /* its configuration cannot be read, as without root */
	LIBRARY_ACS_NONE,    /* not supported: a conventional PCI bridge, or an old one */
	LIBRARY_ACS_NEEDLESS, /* an upstream port: there is nothing beside it to isolate */
	LIBRARY_ACS_OFF,      /* supported, but not all that is needed is on */
	LIBRARY_ACS_ON,
};

/* Reads the ACS of a bridge; LIBRARY_ACS_UNKNOWN after an error. */
enum library_acs library_read_acs(struct pci_scan *scan,
				  const struct pci_function *function);

#endif
