/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A VM of a flavor: on which of several containers. */
#ifndef SRC_INVENTORY_PLACE_H
#define SRC_INVENTORY_PLACE_H

#include "db/vm.h"
#include "src/cli/command.h"

/*
 * In a transaction: adds a VM with what its flavor says, unless wish says otherwise, on the
 * container where its cards fit and the fewest free cards of their models are left, then the
 * first; gives it the cards, and prints which. With dryrun changes nothing, and says of each
 * container what it would be. ROCKS_DONE, or an exit status after printing an error.
 */
int add_vm_of_flavor(const struct invocation *invocation, const struct vm_wish *wish,
		     const struct host_set *containers);

#endif
