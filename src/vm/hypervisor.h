/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls the hypervisor of a VM in a child process, with a deadline. */
#ifndef SRC_VM_HYPERVISOR_H
#define SRC_VM_HYPERVISOR_H

#include "src/cli/command.h"
#include "src/vm/plugins.h"

#define HYPERVISOR_SECONDS 180

/* An operation on one VM; returns the plugin's result. */
typedef int hypervisor_fn(const struct rocks_hypervisor *hypervisor,
			  const struct rocks_vm *vm, const void *data,
			  struct rocks_failure *failure);

/* The same, and writes what it learned of the VM to text. */
typedef int hypervisor_ask_fn(const struct rocks_hypervisor *hypervisor,
			      const struct rocks_vm *vm, const void *data, FILE *text,
			      struct rocks_failure *failure);

/*
 * Calls an operation for a VM, at the address in its container's attribute libvirt_uri,
 * else the VM's. seconds is the deadline, 0 for HYPERVISOR_SECONDS: at a start QEMU pins
 * all the memory of a VM with a card, and at a stop it must release it. ROCKS_DONE with its
 * result (0 or 1), or an exit status after printing an error.
 */
int hypervisor_call(const struct context *context,
		    const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		    hypervisor_fn *call, const void *data, int seconds, int *ret_result);

/*
 * The same at the given container, whichever houses the VM, within HYPERVISOR_SECONDS.
 * ret_text may be NULL; with ROCKS_DONE the caller frees the text.
 */
int hypervisor_ask(const struct context *context,
		   const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		   const char *container, hypervisor_ask_fn *ask, const void *data,
		   int *ret_result, char **ret_text);

/*
 * The same with a deadline in seconds, 0 for HYPERVISOR_SECONDS. *ret_text is set after a
 * failure, too: to what was learned before, or NULL.
 */
int hypervisor_ask_within(const struct context *context,
			  const struct rocks_hypervisor *hypervisor,
			  const struct rocks_vm *vm, const char *container,
			  hypervisor_ask_fn *ask, const void *data, int seconds,
			  int *ret_result, char **ret_text);

/*
 * As plugins_domain_xml(): the caller frees *ret_xml. ROCKS_DONE, or an exit status after
 * printing an error.
 */
int vm_xml(const struct plugins *plugins, const struct rocks_vm *vm, char **ret_xml);

/*
 * Loads the wanted plugins and a hypervisor's. It is an error, too, if no plugin has a
 * hypervisor's operations. ROCKS_DONE, or an exit status after printing an error. The
 * caller frees *ret_plugins, which own *ret_hypervisor.
 */
int load_hypervisor(const struct context *context, unsigned int wanted,
		    struct plugins **ret_plugins,
		    const struct rocks_hypervisor **ret_hypervisor);

#endif
