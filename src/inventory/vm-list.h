/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of `list host vm`. */
#ifndef SRC_INVENTORY_VM_LIST_H
#define SRC_INVENTORY_VM_LIST_H

#include "src/cli/command.h"

/* The state of the VMs of a listing; word() returns NULL if it is not known. */
struct vm_list_status {
	const char *(*word)(const void *data, const char *uuid, const char *container);
	const void *data;
};

/* The columns that are not always there. */
struct vm_list_columns {
	bool disks;			     /* and CD-ROM */
	bool definition;		     /* and what libvirt calls it */
	bool owner;			     /* and project */
	const struct vm_list_status *status; /* or NULL */
};

/*
 * A new table of the VMs that are among the hosts or on them. The caller frees it.
 * ROCKS_DONE, or what to exit with after printing an error.
 */
int vm_list_fill(struct invocation *invocation, const struct host_set *hosts,
		 const struct vm_list_columns *columns, struct table **ret_table);

#endif
