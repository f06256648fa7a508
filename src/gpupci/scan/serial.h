/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The serial number of a PCI function, from three possible places. */
#ifndef SRC_GPUPCI_SCAN_SERIAL_H
#define SRC_GPUPCI_SCAN_SERIAL_H

#include "src/gpupci/scan/scan.h"

/*
 * Both fill function->serial unless it is set, and return as pci_scan_read(). Ignored: a
 * number of only zeros or ones, a number that the kernel does not report in time, virtual
 * functions, and, without root, a function that may have a number only root can read.
 */

/*
 * Reads the Device Serial Number, as lspci writes it, else the unique_id of amdgpu. Wakes
 * a device that sleeps in D3cold.
 */
int serial_read(struct pci_scan *scan, struct pci_function *function);

/* Reads the number in the Vital Product Data, which takes seconds on some devices. */
int serial_read_vpd(struct pci_scan *scan, struct pci_function *function);

/*
 * Formats the 8 bytes of a Device Serial Number: "52-54-00-ff-ff-12-34-56". Returns text.
 */
#define SERIAL_DSN_SIZE 24
const char *serial_format_dsn(const uint8_t bytes[8], char text[SERIAL_DSN_SIZE]);

/*
 * Finds the serial number (SN) in Vital Product Data (PCI Local Bus 3.0, appendix I) and
 * copies it without blanks; false if there is none. text has room for SERIAL_VPD_SIZE
 * bytes.
 */
#define SERIAL_VPD_SIZE 64
bool serial_find_vpd(const uint8_t *data, size_t length, char text[SERIAL_VPD_SIZE]);

/* Returns "dsn", "unique_id", "vpd", or "" for none; static. */
const char *serial_kind_name(enum serial_kind kind);

#endif
