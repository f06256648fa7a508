/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts of a VM that plugins get, from the inventory. */
#ifndef SRC_VM_FACTS_H
#define SRC_VM_FACTS_H

#include "plugins/rocks-plugin.h"
#include "src/cli/command.h"

/* Called with a VM's facts and why it cannot have its cards or networks now, or NULL. */
typedef int vm_facts_fn(const struct context *context, const struct rocks_vm *vm,
			const char *trouble, void *data);

/* What names VMs on a command line. */
struct vm_words {
	char *const *list;
	size_t count;
};

/*
 * Calls each() for every VM that the words name; with containers, a container stands for
 * all VMs in it, else it is refused with their names. A named host that has no VM is an
 * error. All are visited, each once, until the user stops it; ROCKS_DONE, or the worst
 * answer. The facts last for the call; nothing of the database is open meanwhile, unless a
 * transaction is.
 */
int each_vm_facts(const struct context *context, const struct vm_words *words,
		  bool containers, vm_facts_fn *each, void *data);

/* The same for a host that is a VM. */
int one_vm_facts(const struct context *context, struct host_ref *vm, vm_facts_fn *each,
		 void *data);

#endif
