/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The serial number of a PCI function, from the three places that may tell one. */
#ifndef SRC_GPUPCI_SCAN_SERIAL_H
#define SRC_GPUPCI_SCAN_SERIAL_H

#include "src/gpupci/scan/scan.h"

/*
 * Both fill function->serial where it has none yet, as pci_scan_read(). A number of zeros
 * or ones only is none, a virtual function never has one, where only root could see it
 * others get none, and what the kernel does not tell in time is none.
 */

/*
 * The Device Serial Number as lspci writes it, else what amdgpu calls unique_id. Wakes a
 * device that sleeps in D3cold.
 */
int serial_read(struct pci_scan *scan, struct pci_function *function);

/* What the Vital Product Data tell: slow, some devices need seconds. */
int serial_read_vpd(struct pci_scan *scan, struct pci_function *function);

/* What follows the header of a Device Serial Number: "52-54-00-ff-ff-12-34-56". */
#define SERIAL_DSN_SIZE 24
const char *serial_format_dsn(const uint8_t bytes[8], char text[SERIAL_DSN_SIZE]);

/*
 * The serial number (SN) in Vital Product Data, resources of PCI Local Bus 3.0 appendix
 * I, as text without blanks; false when there is none that can be told. text has room for
 * SERIAL_VPD_SIZE bytes.
 */
#define SERIAL_VPD_SIZE 64
bool serial_find_vpd(const uint8_t *data, size_t length, char text[SERIAL_VPD_SIZE]);

/* "dsn", "unique_id", "vpd", "" for none. */
const char *serial_kind_name(enum serial_kind kind);

#endif
