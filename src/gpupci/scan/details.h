/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Details of a PCI function besides its kind: driver, link, place, power. */
#ifndef SRC_GPUPCI_SCAN_DETAILS_H
#define SRC_GPUPCI_SCAN_DETAILS_H

#include "src/gpupci/scan/scan.h"

/*
 * Fills function->details, without taking any device's lock. Returns as pci_scan_read().
 */
int pci_scan_read_details(struct pci_scan *scan, struct pci_function *function);

/*
 * Fills function->details.driver, and whether VFIO or its vendor has the function, unless
 * the driver is known; is_virtual must be. Returns as pci_scan_read().
 */
int pci_scan_read_driver(struct pci_scan *scan, struct pci_function *function);

/*
 * Fills function->answer unless it is known. Does not wake a device that sleeps in D3cold
 * unless may_wake. Returns as pci_scan_read().
 */
int pci_scan_read_answer(struct pci_scan *scan, struct pci_function *function,
			 bool may_wake);

/* Whether the host's own driver uses the function, whose driver was read. */
bool pci_function_is_of_host(const struct pci_function *function);

/*
 * Whether its vendor's driver keeps the function, whose driver was read, and has made
 * nothing of it yet that a VM could have.
 */
bool pci_function_has_no_vgpu(const struct pci_function *function);

/* Fills function->details.boot_display. As pci_scan_read(). */
int pci_scan_read_display(struct pci_scan *scan, struct pci_function *function);

/* Fills the subsystem's ids and the revision in function->details. As pci_scan_read(). */
int pci_scan_read_subsystem(struct pci_scan *scan, struct pci_function *function);

#endif
