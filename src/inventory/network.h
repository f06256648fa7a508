/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands that change networks share. */
#ifndef SRC_INVENTORY_NETWORK_H
#define SRC_INVENTORY_NETWORK_H

#include "db/network.h"
#include "src/cli/command.h"

/* Changes the networks that the words name; ignores change->name. Returns what to exit with. */
int change_networks(struct invocation *invocation, const struct network *change);

#endif
