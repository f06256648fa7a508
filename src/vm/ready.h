/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a VM needs on its container before it can start: cards on vfio-pci, devices free, disks. */
#ifndef SRC_VM_READY_H
#define SRC_VM_READY_H

#include "src/vm/devices.h"

/*
 * Asks the container, and makes disks of the types file and qcow2 that are absent and whose
 * size is known, never over anything. ROCKS_DONE, or after a word that says what to do:
 * every function of every card is to be bound to vfio-pci there now, and the container
 * itself is to use none of the devices.
 */
int vm_make_ready(const struct context *context, const struct rocks_vm *vm,
		  const struct vm_devices *devices);

/* Only asks whether the VM could have the devices there now, and with cards its cards. */
int vm_check_ready(const struct context *context, const struct rocks_vm *vm, bool cards,
		   const struct vm_devices *devices);

#endif
