/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands about hosts share: the parameters that describe one. */
#ifndef SRC_INVENTORY_HOST_H
#define SRC_INVENTORY_HOST_H

#include "db/host.h"
#include "src/cli/command.h"

/* membership= rack= rank= cpus= os= runaction= installaction= */
extern const struct argument host_parameters[];

/* What the parameters say; strings and numbers belong to the invocation. */
struct host_change take_host_change(const struct invocation *invocation);

/* What a word means as a run action or install action: none and NULL mean "", no action. */
const char *take_action(const char *word);

/* Changes the hosts that the words name. Returns what to exit with. */
int change_hosts(struct invocation *invocation, const struct host_change *change);

#endif
