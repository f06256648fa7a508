/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What VMs do now, as the hypervisors of their containers say. */
#ifndef COMMANDS_VM_STATUS_H
#define COMMANDS_VM_STATUS_H

#include "commands/hypervisor.h"

/*
 * Asks the containers of the VMs that the hosts are or house, the read transaction being
 * closed meanwhile; refused in a batch. ROCKS_BLIND, the rows being filled in all the same,
 * after a word about each container that could not be asked.
 */
int vm_status_ask(struct invocation *invocation, const struct host_set *hosts,
		  struct domain_rows *ret_rows);

/* The word for the VM of that UUID; NULL when it is not defined, or not known. */
const char *vm_status_word(const void *rows, const char *uuid);

#endif
