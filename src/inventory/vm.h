/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user says about a new VM. */
#ifndef SRC_INVENTORY_VM_H
#define SRC_INVENTORY_VM_H

#include "db/vm.h"
#include "src/cli/command.h"

/*
 * name= mem= cpus= slice= mac= num-macs= disk= disksize= ip= subnet= vlan= virt-type=
 * sync-config=
 */
extern const struct argument vm_parameters[];

/* What the parameters say; strings and numbers belong to the invocation. */
struct vm_wish take_vm_wish(const struct invocation *invocation);

#endif
