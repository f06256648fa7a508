/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that restore hosts, VMs and cards, of the hosts a command names or all. */
#ifndef SRC_INVENTORY_DUMP_HOST_H
#define SRC_INVENTORY_DUMP_HOST_H

#include "src/cli/command.h"

/* Each answers what to exit with. */
int host_dump(struct invocation *invocation);
int interface_dump(struct invocation *invocation);
int vm_dump(struct invocation *invocation);
int gpu_dump(struct invocation *invocation);

/* The same with the UUIDs of cards. */
int gpu_dump_whole(struct invocation *invocation);

/* The cards that are in no host. */
int retired_dump(struct invocation *invocation);

/* All networks. */
int network_dump(struct invocation *invocation);

/* The appliances that a new inventory does not have, and those it has and this one not. */
int appliance_dump(struct invocation *invocation);

#endif
