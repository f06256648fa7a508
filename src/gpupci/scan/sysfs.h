/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading what the kernel tells of PCI devices, all of it below one root. */
#ifndef SRC_GPUPCI_SCAN_SYSFS_H
#define SRC_GPUPCI_SCAN_SYSFS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/pci-address.h"
#include "lib/strbuf.h"
#include "src/gpupci/files/deadline.h"

struct sysfs {
	const char *root; /* "" is the running system; else a folder that looks like / */
	struct strbuf path;	  /* of what was looked at last, for messages */
	unsigned int timeout;	  /* seconds for a read that may never return */
	struct deadline deadline; /* the child that does such reads */
};

/*
 * Sets sysfs->path to the file below the root. 0 or -ENOMEM. The path begins with a
 * slash, as in "/sys/bus/pci".
 */
int sysfs_set_path(struct sysfs *sysfs, const char *path);

/*
 * Each of these reads an attribute of a device, leaves its full path in sysfs->path and
 * returns 0 or -errno: -ENOENT when there is none, -EFBIG when it is no attribute (the
 * kernel's are shorter than 4096 bytes). Strings are freed by the caller.
 */

/* The text without the newline at its end. */
int sysfs_read_text(struct sysfs *sysfs, struct pci_address device, const char *attribute,
		    char **ret_text);

/* "0x10de" and such; -EINVAL when it is no such number or above most. */
int sysfs_read_hex(struct sysfs *sysfs, struct pci_address device, const char *attribute,
		   uint32_t most, uint32_t *ret_value);

/* What a link points to, as it is written there; the name "" is the device's own link. */
int sysfs_read_link(struct sysfs *sysfs, struct pci_address device, const char *attribute,
		    char **ret_target);

/* The last part of what a link points to: a driver's name, a group's number. */
int sysfs_read_link_name(struct sysfs *sysfs, struct pci_address device,
			 const char *attribute, char **ret_name);

/*
 * The first bytes of an attribute whose reading takes the device's lock or asks the
 * device, and so may never return: every such read goes through here. It takes a child,
 * which is left behind: -ETIMEDOUT.
 */
#define SYSFS_LOCKED_SIZE 4096
int sysfs_read_locked(struct sysfs *sysfs, struct pci_address device,
		      const char *attribute, uint8_t bytes[SYSFS_LOCKED_SIZE],
		      size_t *ret_length);

/*
 * The first line of a file below the root whose reading takes a lock: that of an IOMMU
 * group, for one. As sysfs_read_locked(); freed by the caller.
 */
int sysfs_read_locked_line(struct sysfs *sysfs, const char *path, char **ret_line);

/* The first line of a file below the root, without its newline. */
int sysfs_read_line(struct sysfs *sysfs, const char *path, char **ret_line);

/* All lines of a file below the root. */
int sysfs_read_all(struct sysfs *sysfs, const char *path, char **ret_text);

void sysfs_release(struct sysfs *sysfs);

#endif
