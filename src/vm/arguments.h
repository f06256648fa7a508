/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands that start, stop, pause and resume VMs take. */
#ifndef SRC_VM_ARGUMENTS_H
#define SRC_VM_ARGUMENTS_H

#include "src/vm/power.h"

/* The words and timeout= of a command, done with; action is that of VM_STOP. */
int run_power(const struct invocation *invocation, enum vm_power power,
	      const char *action);

#endif
