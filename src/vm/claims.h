/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The claims of a VM to the devices that its definition passes by their address. */
#ifndef SRC_VM_CLAIMS_H
#define SRC_VM_CLAIMS_H

#include "src/vm/devices.h"

/*
 * Before libvirt is called: the VM claims the devices on its container, in a transaction of
 * its own, and keeps the claims it has. ROCKS_DONE, or after printing an error that names the
 * VM that has one of them.
 */
int vm_claim(const struct context *context, const struct rocks_vm *vm,
	     const struct vm_devices *devices);

/* After libvirt has defined it so: the VM claims nothing else there. */
int vm_claim_nothing_else(const struct context *context, const struct rocks_vm *vm,
			  const struct vm_devices *devices);

/* The same as vm_claim() in the open transaction: vm is the id of the VM's host. */
int vm_claim_now(const struct context *context, const struct rocks_vm *vm, int64_t id,
		 int64_t container, const struct vm_devices *devices);

#endif
