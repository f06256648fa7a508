/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an archive has of a PCI device: its attributes, links and configuration space. */
#ifndef SRC_GPUPCI_CAPTURE_DEVICE_H
#define SRC_GPUPCI_CAPTURE_DEVICE_H

#include "lib/pci-address.h"
#include "src/gpupci/capture/member.h"

/* Adds what a device's folder has, a path without a slash in front. 0 or -errno. */
int device_add(struct gathering *g, const char *folder, struct pci_address address);

/*
 * What "sys/bus/pci/devices" and a link in it lead to, "devices/…" below "sys"; NULL for
 * elsewhere. Points into target.
 */
const char *device_folder(const char *target);

#endif
