/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps of the hosts that a command names, or all, with VMs and cards; and of the rest. */
#ifndef SRC_INVENTORY_DUMP_HOST_H
#define SRC_INVENTORY_DUMP_HOST_H

#include "src/cli/command.h"

/*
 * Each prints the commands that restore these on stdout. ROCKS_DONE, or what to exit with
 * after printing an error.
 */
int host_dump(struct invocation *invocation);
int alias_dump(struct invocation *invocation);
int interface_dump(struct invocation *invocation);
int vm_dump(struct invocation *invocation);
int gpu_dump(struct invocation *invocation);

/* The same with the UUIDs of cards. */
int gpu_dump_whole(struct invocation *invocation);

/* The cards in no host. */
int retired_dump(struct invocation *invocation);

/* The networks that the words name, or all. */
int network_dump(struct invocation *invocation);

/* Adds the appliances that a new inventory lacks, and removes those that this one lacks. */
int appliance_dump(struct invocation *invocation);

/* The names of cards. */
int model_dump(struct invocation *invocation);

#endif
