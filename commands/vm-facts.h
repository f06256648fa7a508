/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What plugins are told of a VM, taken from the inventory. */
#ifndef COMMANDS_VM_FACTS_H
#define COMMANDS_VM_FACTS_H

#include "commands/command.h"
#include "plugins/rocks-plugin.h"

/*
 * Calls each() for every VM that the words of the ARGUMENT_MANY name. A VM with a card
 * that it cannot have now is told as an error instead; so is a named host that is no VM.
 * All are visited; ROCKS_DONE, or the worst answer. The facts last for the call.
 */
int each_vm_facts(struct invocation *invocation,
		  int (*each)(struct invocation *invocation, const struct rocks_vm *vm,
			      void *data),
		  void *data);

#endif
