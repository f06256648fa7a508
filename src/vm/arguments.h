/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands that start, stop, pause and resume VMs take. */
#ifndef SRC_VM_ARGUMENTS_H
#define SRC_VM_ARGUMENTS_H

#include "src/vm/power.h"

/*
 * Runs a command on the VMs named on its command line, with its timeout=; action is
 * VM_STOP's; VM_START also takes replace= and elsewhere=. ROCKS_DONE, or the worst result.
 */
int run_power(const struct invocation *invocation, enum vm_power power,
	      const char *action);

#endif
