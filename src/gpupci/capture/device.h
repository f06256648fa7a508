/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PCI device in an archive: its attributes, links and configuration space. */
#ifndef SRC_GPUPCI_CAPTURE_DEVICE_H
#define SRC_GPUPCI_CAPTURE_DEVICE_H

#include "lib/pci-address.h"
#include "src/gpupci/capture/member.h"

/*
 * Adds the contents of a device's folder, a path without a leading slash. Returns 0 or
 * -errno.
 */
int device_add(struct gathering *g, const char *folder, struct pci_address address);

/*
 * Resolves a link in "sys/bus/pci/devices": returns "devices/…", below "sys", or NULL if
 * the link leads elsewhere. Points into target.
 */
const char *device_folder(const char *target);

#endif
