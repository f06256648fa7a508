/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCIe path of a device: where it is plugged in, whatever the buses are numbered. */
#ifndef SRC_GPUPCI_SCAN_PATH_H
#define SRC_GPUPCI_SCAN_PATH_H

#include <stdbool.h>

#include "lib/pci-address.h"

/*
 * Makes the path of what a device's link in /sys/bus/pci/devices points to:
 * "../../../devices/pci0000:00/0000:00:01.0/0000:02:00.0" gives "0000:00/01.0/00.0": the
 * root bus, then slot.function of every bridge and of the device. *ret_root_bus tells
 * whether there is no bridge above the device. 0, -ENOMEM, or -EINVAL when the target
 * does not tell; freed by the caller.
 */
int path_from_link(const char *target, char **ret_path, bool *ret_root_bus);

/* The device right above it, as the same target tells; -ENOENT on a root bus. */
int path_bridge_from_link(const char *target, struct pci_address *ret_bridge);

#endif
