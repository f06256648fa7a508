/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: the parameter "ids" of vfio-pci and pci-stub. */
#ifndef SRC_GPUPCI_CHECK_IDS_H
#define SRC_GPUPCI_CHECK_IDS_H

#include <stdbool.h>

#include "src/gpupci/scan/scan.h"

/*
 * Whether the driver with this parameter takes the function, whose details have been
 * read: "vendor:device[:subvendor[:subdevice[:class[:class_mask]]]]", hexadecimal, several
 * separated by commas, as vfio_pci_fill_ids() and pci_match_one_device() of the kernel
 * read them.
 */
bool ids_match(const char *ids, const struct pci_function *function);

#endif
