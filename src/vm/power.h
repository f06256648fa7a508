/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting, stopping, pausing and resuming VMs. */
#ifndef SRC_VM_POWER_H
#define SRC_VM_POWER_H

#include "src/cli/command.h"
#include "src/fleet/fan-out.h"
#include "src/vm/facts.h"
#include "src/vm/plugins.h"

enum vm_power { VM_START, VM_STOP, VM_PAUSE, VM_RESUME };

/* What a start may do. */
enum {
	VM_START_REPLACES = 1 << 0,  /* replace=yes: whatever its definition would lose */
	VM_START_ELSEWHERE = 1 << 1, /* elsewhere=yes: as vm_check_elsewhere() says */
};

struct power_wish {
	enum vm_power power;
	unsigned int flags; /* of VM_START: VM_START_… */
	const char *action; /* of VM_STOP */
	int64_t timeout;    /* seconds the hypervisor may take for each VM */
	struct vm_words vms;
};

/*
 * Applies it to every VM named, and says so if there is nothing to do. ROCKS_DONE, or the
 * worst result.
 */
int change_power(const struct context *context, const struct power_wish *wish);

/* timeout=, which each of these commands takes: alone, or with others. */
#define VM_POWER_TIMEOUT                                                               \
	ARGUMENT_INTEGER(                                                              \
		"timeout",                                                             \
		"seconds that the hypervisor may take for each; 180 by default", 0, 1, \
		TIMEOUT_MOST)
extern const struct argument vm_power_parameters[];

/* Those of VM_START. */
extern const struct argument vm_start_parameters[];

/*
 * Starts a VM on the container that its facts name, as `start host vm` does. trouble
 * comes with the facts; seconds is the hypervisor's deadline, 0 for HYPERVISOR_SECONDS;
 * flags are VM_START_…. The caller must hold the VM, so that nobody moves it. ROCKS_DONE,
 * or an exit status after printing an error.
 */
int start_vm(const struct context *context, const struct rocks_vm *vm,
	     const char *trouble, const struct plugins *plugins, int64_t seconds,
	     unsigned int flags);

/*
 * Keeps others from moving a VM until the caller closes *ret_lock (-1 for none). Fails if
 * it is being moved, or was moved after its facts were read. ROCKS_DONE, or an
 * exit status after printing an error.
 */
int hold_vm(const struct context *context, const struct rocks_vm *vm, int *ret_lock);

/* The VMs that all of these commands take. */
extern const struct argument vm_power_arguments[];

#endif
