/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What VMs do now, as the hypervisors of their containers say. */
#ifndef SRC_VM_STATUS_H
#define SRC_VM_STATUS_H

#include "src/vm/domains.h"
#include "src/vm/hypervisor.h"

struct vm_status {
	struct host_set containers; /* what the rows' host is an index of */
	struct domain_rows rows;
};

#define _cleanup_vm_status_ _cleanup_(vm_status_release)

void vm_status_release(struct vm_status *status);

/*
 * Asks the containers of the VMs that the hosts are or house, the read transaction being
 * closed meanwhile; refused in a batch. ROCKS_BLIND, the rows being filled in all the same,
 * after a word about each container that could not be asked.
 */
int vm_status_ask(const struct context *context, const struct host_set *hosts,
		  struct vm_status *ret_status);

/* The word for the VM of that UUID; NULL when its container does not have it, or not known. */
const char *vm_status_word(const void *status, const char *uuid, const char *container);

#endif
