/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices that a VM should have besides its cards. */
#ifndef SRC_DRIFT_DUE_H
#define SRC_DRIFT_DUE_H

#include "src/drift/vms.h"

/*
 * Replaces due, the addresses of the VM's cards, by those of all PCI functions that its
 * XML passes, with blanks around each: attributes may pass devices that are not cards.
 * Leaves due unchanged if the XML cannot be made; `rocks report host vm config` says why.
 * 0 or -ENOMEM.
 */
int drift_due(const struct context *context, const struct drift_vm *vm,
	      struct strbuf *due);

#endif
