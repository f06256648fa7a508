/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting, stopping, pausing and resuming VMs. */
#ifndef SRC_VM_POWER_H
#define SRC_VM_POWER_H

#include "src/cli/command.h"
#include "src/fleet/fan-out.h"
#include "src/vm/facts.h"
#include "src/vm/plugins.h"

enum vm_power { VM_START, VM_STOP, VM_PAUSE, VM_RESUME };

struct power_wish {
	enum vm_power power;
	const char *action; /* of VM_STOP */
	int64_t timeout;    /* seconds that the hypervisor may take for each */
	struct vm_words vms;
};

/*
 * Does it with every VM that is named. Where there is nothing to do a word says so.
 * ROCKS_DONE, or the worst answer.
 */
int change_power(const struct context *context, const struct power_wish *wish);

/* timeout=, which each of these commands takes: by itself, or beside others. */
#define VM_POWER_TIMEOUT                                                                 \
	ARGUMENT_INTEGER(                                                                \
		"timeout",                                                               \
		"seconds that the hypervisor may take for each; 180 unless given", 0, 1, \
		TIMEOUT_MOST)
extern const struct argument vm_power_parameters[];

/*
 * Starts a VM on the container that its facts name, as `start host vm` does; trouble is theirs,
 * seconds what its hypervisor may take, 0 for HYPERVISOR_SECONDS. Whoever calls has made sure
 * that nobody moves it.
 */
int start_vm(const struct context *context, const struct rocks_vm *vm,
	     const char *trouble, const struct plugins *plugins, int64_t seconds);

/*
 * Keeps others from moving a VM until *ret_lock, -1 for none, is closed by the caller. Fails
 * where it is being moved, or was since its facts were read.
 */
int hold_vm(const struct context *context, const struct rocks_vm *vm, int *ret_lock);

/* The VMs, as all of these commands take them. */
extern const struct argument vm_power_arguments[];

#endif
