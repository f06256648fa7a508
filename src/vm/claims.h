/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The claims of a VM to the devices that its definition passes by address. */
#ifndef SRC_VM_CLAIMS_H
#define SRC_VM_CLAIMS_H

#include "src/vm/devices.h"

/*
 * Call before libvirt: the VM claims the devices on its container, in a transaction of
 * its own, and keeps its other claims. ROCKS_DONE, or an exit status after printing an
 * error that names the VM that has one of them.
 */
int vm_claim(const struct context *context, const struct rocks_vm *vm,
	     const struct vm_devices *devices);

/*
 * Call after libvirt has defined the VM: removes its other claims there. Results as
 * above.
 */
int vm_claim_nothing_else(const struct context *context, const struct rocks_vm *vm,
			  const struct vm_devices *devices);

/*
 * As vm_claim(), in the open transaction; id is the VM's host id, container the
 * container's.
 */
int vm_claim_now(const struct context *context, const struct rocks_vm *vm, int64_t id,
		 int64_t container, const struct vm_devices *devices);

#endif
