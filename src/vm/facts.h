/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts of a VM that plugins get, from the inventory. */
#ifndef SRC_VM_FACTS_H
#define SRC_VM_FACTS_H

#include "plugins/rocks-plugin.h"
#include "src/cli/command.h"

/* Called with a VM's facts and why it cannot have its cards or networks now, or NULL. */
typedef int vm_facts_fn(const struct context *context, const struct rocks_vm *vm,
			const char *trouble, void *data);

/* The words of a command line that name VMs. */
struct vm_words {
	char *const *list;
	size_t count;
};

/*
 * Calls each() for every VM that the words name, once. With containers, a container
 * stands for all VMs in it, else it is refused with their names. A named host without VMs
 * is an error. Goes on after a failure, unless the user stops it; ROCKS_DONE, or the
 * worst result. The facts live for the call; no statement is open during it, though a
 * transaction may be.
 */
int each_vm_facts(const struct context *context, const struct vm_words *words,
		  bool containers, vm_facts_fn *each, void *data);

/* The same for a host that is a VM. */
int one_vm_facts(const struct context *context, struct host_ref *vm, vm_facts_fn *each,
		 void *data);

#endif
