/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes of PCI devices: files and links in a device's folder below a root. */
#ifndef SRC_GPUPCI_SCAN_SYSFS_H
#define SRC_GPUPCI_SCAN_SYSFS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/pci-address.h"
#include "src/gpupci/files/root.h"

/*
 * Each of these reads an attribute of a device, leaves its full path in root->path and
 * returns 0 or -errno: -ENOENT if it is missing, -EFBIG if it is too long for an
 * attribute (the limit is 4095 bytes). The caller frees strings.
 */

/* Reads the text without its final newline. */
int sysfs_read_text(struct root *root, struct pci_address device, const char *attribute,
		    char **ret_text);

/* Reads a number such as "0x10de"; -EINVAL if it is malformed or above most. */
int sysfs_read_hex(struct root *root, struct pci_address device, const char *attribute,
		   uint32_t most, uint32_t *ret_value);

/* Reads the unresolved target of a link; the name "" is the device's own link. */
int sysfs_read_link(struct root *root, struct pci_address device, const char *attribute,
		    char **ret_target);

/* Reads the last part of a link's target: a driver's name, a group's number. */
int sysfs_read_link_name(struct root *root, struct pci_address device,
			 const char *attribute, char **ret_name);

/*
 * Reads the first bytes of an attribute whose reading takes the lock of the device or
 * asks the device, and so may never return: every such read goes through here. A child
 * does it and is abandoned: -ETIMEDOUT.
 */
#define SYSFS_LOCKED_SIZE 4096
int sysfs_read_locked(struct root *root, struct pci_address device, const char *attribute,
		      uint8_t bytes[SYSFS_LOCKED_SIZE], size_t *ret_length);

#endif
