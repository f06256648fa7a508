/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts of a VM that plugins get, from the inventory. */
#ifndef SRC_VM_FACTS_H
#define SRC_VM_FACTS_H

#include "plugins/rocks-plugin.h"
#include "src/cli/command.h"

/*
 * Called once for each VM. trouble is a sentence that says why the VM cannot have its cards
 * or networks now, NULL if it can. Returns ROCKS_DONE, or an exit status after printing an
 * error. vm and trouble live for the call.
 */
typedef int vm_facts_fn(const struct context *context, const struct rocks_vm *vm,
			const char *trouble, void *data);

/* The words of a command line that name VMs. */
struct vm_words {
	char *const *list;
	size_t count;
};

/*
 * Calls each() for every VM that the words name, once. If containers is true, a container
 * stands for all its VMs; if not, naming one is an error that lists them. A named host
 * without VMs is an error. Goes on with the next VM after a failure, with the next word
 * after an error of that word; stops if the user interrupts. ROCKS_DONE, or the highest
 * exit status seen. No statement is open while each() runs, though a transaction may be.
 */
int each_vm_facts(const struct context *context, const struct vm_words *words,
		  bool containers, vm_facts_fn *each, void *data);

/* Calls each() for one VM. The caller has made sure that vm is one, and keeps it. */
int one_vm_facts(const struct context *context, struct host_ref *vm, vm_facts_fn *each,
		 void *data);

#endif
