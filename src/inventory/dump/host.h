/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the commands that restore the hosts a command names, or all, with VMs and cards. */
#ifndef SRC_INVENTORY_DUMP_HOST_H
#define SRC_INVENTORY_DUMP_HOST_H

#include "src/cli/command.h"

/* Each returns what to exit with, after printing an error. */
int host_dump(struct invocation *invocation);
int interface_dump(struct invocation *invocation);
int vm_dump(struct invocation *invocation);
int gpu_dump(struct invocation *invocation);

/* The same with the UUIDs of cards. */
int gpu_dump_whole(struct invocation *invocation);

/* The cards in no host. */
int retired_dump(struct invocation *invocation);

/* All networks. */
int network_dump(struct invocation *invocation);

/* Adds the appliances that a new inventory lacks, removes those that this one lacks. */
int appliance_dump(struct invocation *invocation);

#endif
