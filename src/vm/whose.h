/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes to VM records, also of whose definition a VM has. */
#ifndef SRC_VM_WHOSE_H
#define SRC_VM_WHOSE_H

#include "db/vm.h"
#include "src/cli/command.h"

/*
 * db_vm_set(), in a transaction. If rocks is to make the definition of a VM that has
 * libvirt's own, and the user has not agreed, prints what would change of it; that is an
 * error. ROCKS_DONE, or an exit status after printing an error: the caller rolls back.
 */
int vm_change_record(const struct context *context, struct host_ref *host,
		     const struct vm_change *change, bool agreed);

#endif
