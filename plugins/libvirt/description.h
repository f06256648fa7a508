/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what a VM is made of from a domain's XML. */
#ifndef PLUGINS_LIBVIRT_DESCRIPTION_H
#define PLUGINS_LIBVIRT_DESCRIPTION_H

#include <libxml/tree.h>

#include "plugins/rocks-plugin.h"

/* What was read; release it with description_release(). */
struct description {
	xmlDoc *document; /* owns the strings of the devices */
	uint64_t memory_mib;
	uint32_t cpus;
	uint32_t disk_count, interface_count;
	struct rocks_described_disk *disks;
	struct rocks_described_interface *interfaces;
	/* The same as lists of pointers, for struct rocks_description. */
	const struct rocks_described_disk **disk_list;
	const struct rocks_described_interface **interface_list;
};

/*
 * Reads memory, CPUs, disks and interfaces; what the XML does not say is 0 or NULL. 0;
 * -EINVAL if it cannot be parsed or is not a domain's, -ENOMEM. Release it in any case.
 */
int description_read(const char *xml, struct description *description);
void description_release(struct description *description);

#endif
