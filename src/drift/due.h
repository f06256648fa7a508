/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a VM is due besides its cards. */
#ifndef SRC_DRIFT_DUE_H
#define SRC_DRIFT_DUE_H

#include "src/drift/vms.h"

/*
 * Puts the address of each PCI function that the VM's XML passes, blanks around it, in the
 * place of those of its cards: its attributes may pass what is no card. Leaves these when that
 * XML cannot be made: why is told where it is asked for. 0 or -ENOMEM.
 */
int drift_due(const struct context *context, const struct drift_vm *vm,
	      struct strbuf *due);

#endif
