/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The current state of VMs, from the hypervisors of their containers. */
#ifndef SRC_VM_STATUS_H
#define SRC_VM_STATUS_H

#include "src/vm/domains.h"
#include "src/vm/hypervisor.h"

struct vm_status {
	struct host_set containers; /* the rows' host is an index of these */
	struct domain_rows rows;
};

#define _cleanup_vm_status_ _cleanup_(vm_status_release)

void vm_status_release(struct vm_status *status);

/*
 * Asks the containers of the VMs that the hosts are or house; closes the read transaction
 * meanwhile; refuses in a batch. ROCKS_DONE; ROCKS_BLIND, with the other rows, after
 * printing an error for each container that could not be asked; ROCKS_FAILED. The caller
 * releases the status.
 */
int vm_status_ask(const struct context *context, const struct host_set *hosts,
		  struct vm_status *ret_status);

/*
 * The word for the VM with this UUID; NULL if its container does not have it or was not
 * asked. status is a struct vm_status.
 */
const char *vm_status_word(const void *status, const char *uuid, const char *container);

#endif
