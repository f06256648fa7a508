/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a VM needs on its container to start: cards on vfio-pci, free devices, disks. */
#ifndef SRC_VM_READY_H
#define SRC_VM_READY_H

#include "src/vm/devices.h"
#include "src/vm/files.h"

/*
 * Checks on the container that every function of every card is bound to vfio-pci and that
 * the container uses none of the devices and has all of the files. Makes missing disks of
 * types file and qcow2 whose size is known, and never overwrites anything. ROCKS_DONE, or
 * an exit status after printing an error that says what to do.
 */
int vm_make_ready(const struct context *context, const struct rocks_vm *vm,
		  const struct vm_devices *devices, const struct vm_files *files);

/*
 * Only checks whether the VM could have the devices there now and, with cards, its cards.
 * As vm_make_ready().
 */
int vm_check_ready(const struct context *context, const struct rocks_vm *vm, bool cards,
		   const struct vm_devices *devices);

#endif
