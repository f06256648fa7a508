/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of `list host vm`. */
#ifndef SRC_INVENTORY_VM_LIST_H
#define SRC_INVENTORY_VM_LIST_H

#include "src/cli/command.h"

/* What the VMs of a listing do now; NULL where that is not known. */
struct vm_list_status {
	const char *(*word)(const void *data, const char *uuid, const char *container);
	const void *data;
};

/*
 * A new table of the VMs that the hosts are or house, with disks and CD-ROM, and with a
 * column STATUS where there is a status. ROCKS_DONE, or after a word.
 */
int vm_list_fill(struct invocation *invocation, const struct host_set *hosts, bool disks,
		 const struct vm_list_status *status, struct table **ret_table);

#endif
