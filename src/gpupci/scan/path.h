/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCIe path of a device: where it is plugged in, independent of bus numbers. */
#ifndef SRC_GPUPCI_SCAN_PATH_H
#define SRC_GPUPCI_SCAN_PATH_H

#include <stdbool.h>

#include "lib/pci-address.h"

/*
 * Makes the path from the target of a device's link in /sys/bus/pci/devices:
 * "../../../devices/pci0000:00/0000:00:01.0/0000:02:00.0" gives "0000:00/01.0/00.0": the
 * root bus, then slot.function of every bridge and of the device. *ret_root_bus says
 * whether there is no bridge above the device. Returns 0, -ENOMEM, or -EINVAL if the
 * target has another form; the caller frees *ret_path.
 */
int path_from_link(const char *target, char **ret_path, bool *ret_root_bus);

/* Finds the device directly above it from the same target; -ENOENT on a root bus. */
int path_bridge_from_link(const char *target, struct pci_address *ret_bridge);

#endif
