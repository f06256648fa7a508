/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts of VMs that plugins get, read from the inventory for several VMs at once. */
#ifndef SRC_VM_BATCH_H
#define SRC_VM_BATCH_H

#include "db/hosts.h"
#include "plugins/rocks-plugin.h"

/*
 * The most disks, interfaces, cards, and functions of a card: a VM with more is left out.
 */
#define VM_BATCH_MOST 64

struct vm_batch;

/*
 * One query for each kind of fact, however many VMs. 0, or -errno with db_error(); freed
 * with vm_batch_free().
 */
int vm_batch_read(struct db *db, const struct host_ref *vms, size_t count,
		  struct vm_batch **ret_batch);
void vm_batch_free(struct vm_batch *batch);

/*
 * The facts of the VM at an index of vms, and why it cannot have its cards or networks
 * now, or NULL; the batch owns both. 0; -ENOENT if it is not a VM (any more); -E2BIG if
 * it has more than VM_BATCH_MOST of something; -ENOMEM, -EINVAL.
 */
int vm_batch_at(const struct vm_batch *batch, size_t index,
		const struct rocks_vm **ret_vm, const char **ret_trouble);

static inline void cleanup_vm_batch(struct vm_batch **batch)
{
	vm_batch_free(*batch);
}

#define _cleanup_vm_batch_ _cleanup_(cleanup_vm_batch)

#endif
