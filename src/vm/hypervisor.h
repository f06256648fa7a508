/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking the hypervisor of a VM: in a process of its own, with a deadline. */
#ifndef SRC_VM_HYPERVISOR_H
#define SRC_VM_HYPERVISOR_H

#include "src/cli/command.h"
#include "src/vm/plugins.h"

#define HYPERVISOR_SECONDS 180

/* What one VM is asked for: the number that the operation answers. */
typedef int hypervisor_fn(const struct rocks_hypervisor *hypervisor,
			  const struct rocks_vm *vm, const void *data,
			  struct rocks_failure *failure);

/* The same with what it told of the VM, written to text. */
typedef int hypervisor_ask_fn(const struct rocks_hypervisor *hypervisor,
			      const struct rocks_vm *vm, const void *data, FILE *text,
			      struct rocks_failure *failure);

/*
 * Calls an operation for a VM, as its container's attribute libvirt_uri says, else the
 * VM's. *ret_result is what it answered when ROCKS_DONE (0 or 1); else a word was said.
 */
int hypervisor_call(const struct context *context,
		    const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		    hypervisor_fn *call, const void *data, int *ret_result);

/*
 * The same with a deadline in seconds; the other has HYPERVISOR_SECONDS: to start, QEMU
 * pins all the memory of a VM that has a card, and to stop, it has to let go of it.
 */
int hypervisor_call_within(const struct context *context,
			   const struct rocks_hypervisor *hypervisor,
			   const struct rocks_vm *vm, hypervisor_fn *call,
			   const void *data, int seconds, int *ret_result);

/*
 * The same of that container, whichever houses the VM, within HYPERVISOR_SECONDS;
 * *ret_text, unless it is NULL, is the text, and the caller's when ROCKS_DONE.
 */
int hypervisor_ask(const struct context *context,
		   const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		   const char *container, hypervisor_ask_fn *ask, const void *data,
		   int *ret_result, char **ret_text);

/* Loads plugins, and among them one that has operations; a word about it when none has. */
int load_hypervisor(const struct context *context, unsigned int wanted,
		    struct plugins **ret_plugins,
		    const struct rocks_hypervisor **ret_hypervisor);

#endif
