/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of `list host vm`. */
#ifndef COMMANDS_VM_LIST_H
#define COMMANDS_VM_LIST_H

#include "commands/command.h"

/* Fills a table of VMs, with the columns of their disks when disks is true. */
int vm_list_fill(struct invocation *invocation, const struct host_set *hosts, bool disks,
		 struct table **ret_table);

#endif
