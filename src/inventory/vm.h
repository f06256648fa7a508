/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a new VM is to be, as the user says it. */
#ifndef SRC_INVENTORY_VM_H
#define SRC_INVENTORY_VM_H

#include "db/vm.h"
#include "src/cli/command.h"

/* name= mem= cpus= slice= mac= num-macs= disk= disksize= ip= subnet= vlan= */
extern const struct argument vm_parameters[];

struct vm_numbers {
	int64_t mem, cpus, slice, interfaces, vlan;
};

/* ROCKS_DONE, or ROCKS_USAGE; the numbers are stored beside the wish. */
int take_vm_wish(const struct invocation *invocation, struct vm_numbers *numbers,
		 struct vm_wish *ret_wish);

#endif
