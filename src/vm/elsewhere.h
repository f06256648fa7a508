/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A VM that was set to another container may still be on the previous one. */
#ifndef SRC_VM_ELSEWHERE_H
#define SRC_VM_ELSEWHERE_H

#include "src/cli/command.h"
#include "src/vm/plugins.h"

/*
 * Makes sure that the container on which a VM was last defined, if that is not its
 * container now, does not run it; unless is_agreed, also that it can be asked, and does
 * not have it defined. ROCKS_DONE, or an exit status after printing an error.
 */
int vm_check_elsewhere(const struct context *context,
		       const struct rocks_hypervisor *hypervisor,
		       const struct rocks_vm *vm, bool is_agreed);

#endif
