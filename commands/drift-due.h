/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a VM is due besides its cards. */
#ifndef COMMANDS_DRIFT_DUE_H
#define COMMANDS_DRIFT_DUE_H

#include "commands/command.h"

/*
 * Appends the address of each PCI function that the VM's XML passes, blanks around it, and
 * all or none of them: its attributes may pass what is no card. Nothing when that XML cannot
 * be made: why is told where it is asked for. 0 or -ENOMEM.
 */
int drift_due(const struct invocation *invocation, const char *vm, struct strbuf *due);

#endif
