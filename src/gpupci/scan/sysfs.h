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
 * returns 0 or -errno: -ENOENT when there is none, -EFBIG when it is no attribute (the
 * kernel's are shorter than 4096 bytes). Strings are freed by the caller.
 */

/* The text without the newline at its end. */
int sysfs_read_text(struct root *root, struct pci_address device, const char *attribute,
		    char **ret_text);

/* "0x10de" and such; -EINVAL when it is no such number or above most. */
int sysfs_read_hex(struct root *root, struct pci_address device, const char *attribute,
		   uint32_t most, uint32_t *ret_value);

/* What a link points to, as it is written there; the name "" is the device's own link. */
int sysfs_read_link(struct root *root, struct pci_address device, const char *attribute,
		    char **ret_target);

/* The last part of what a link points to: a driver's name, a group's number. */
int sysfs_read_link_name(struct root *root, struct pci_address device,
			 const char *attribute, char **ret_name);

/*
 * The first bytes of an attribute whose reading takes the device's lock or asks the
 * device, and so may never return: every such read goes through here. It takes a child,
 * which is left behind: -ETIMEDOUT.
 */
#define SYSFS_LOCKED_SIZE 4096
int sysfs_read_locked(struct root *root, struct pci_address device, const char *attribute,
		      uint8_t bytes[SYSFS_LOCKED_SIZE], size_t *ret_length);

#endif
