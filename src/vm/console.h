/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The console of a VM. */
#ifndef SRC_VM_CONSOLE_H
#define SRC_VM_CONSOLE_H

#include "src/vm/facts.h"

/*
 * Appends the command, for a shell here, that connects to a VM's console. ROCKS_DONE, or
 * an exit status after printing an error.
 */
int console_command(const struct context *context, const struct rocks_vm *vm,
		    struct strbuf *line);

#endif
