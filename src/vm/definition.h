/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Defining VMs, without losing what others have put into their definitions. */
#ifndef SRC_VM_DEFINITION_H
#define SRC_VM_DEFINITION_H

#include "src/cli/command.h"
#include "src/vm/plugins.h"

/* Who defines a VM, which decides what may be lost. */
enum vm_define {
	VM_DEFINE_START,  /* `start host vm`: what rocks put there itself */
	VM_DEFINE_REPAIR, /* `check host gpu`: nothing */
	VM_DEFINE_MOVE,	  /* `move host vm`, on the target: what rocks put there itself */
};

struct vm_define_wish {
	enum vm_define who;
	bool replaces;	   /* replace=yes: whatever is lost */
	int32_t autostart; /* 1 on, 0 off, -1 by the attribute kvm_autostart */
	const char *xml;
	int seconds; /* the hypervisor's deadline; 0 for HYPERVISOR_SECONDS */
};

enum vm_defined {
	VM_DEFINED,
	VM_RUNS,	 /* so nothing was done */
	VM_KEPT,	 /* something would be lost, but it is what rocks defined */
	VM_KEPT_FOREIGN, /* something would be lost that rocks did not define */
};

/*
 * Defines a VM on its container as the XML says; VM_DEFINE_START starts it, too. A
 * definition there that rocks did not make, or that somebody has changed, is recorded,
 * then replaced only if the wish lets it be lost. Keeps the new one in the inventory, if
 * the user may write there. The caller must hold the VM. ROCKS_DONE with VM_DEFINED or
 * VM_RUNS, or an exit status after printing an error.
 */
int vm_define(const struct context *context, const struct rocks_hypervisor *hypervisor,
	      const struct rocks_vm *vm, const struct vm_define_wish *wish,
	      enum vm_defined *ret_defined);

/* What is to replace a definition. */
struct vm_next {
	const char *xml; /* NULL: it cannot be made */
	const char *why; /* the sentence that says why not, with the VM's name in front */
};

/*
 * Checks that somebody who replaces present, the VM's definition on its container, by next
 * loses nothing that rocks did not put there. If that cannot be made, what rocks last
 * defined stands for it; if rocks defined nothing, that is an error, too. Changes nothing.
 * ROCKS_DONE, or an exit status after printing what would be lost.
 */
int vm_definition_check(const struct context *context,
			const struct rocks_hypervisor *hypervisor,
			const struct rocks_vm *vm, const char *present,
			const struct vm_next *next);

#endif
