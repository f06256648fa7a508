/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands about hosts share: the parameters that describe one. */
#ifndef SRC_INVENTORY_HOST_H
#define SRC_INVENTORY_HOST_H

#include "db/host.h"
#include "src/cli/command.h"

/* membership= rack= rank= cpus= os= runaction= installaction= */
extern const struct argument host_parameters[];

struct host_numbers {
	int64_t rack, rank, cpus;
};

/* ROCKS_DONE, or ROCKS_USAGE; the numbers are stored beside the change. */
int take_host_change(const struct invocation *invocation, struct host_numbers *numbers,
		     struct host_change *ret_change);

/* Changes the hosts that the words name. */
int change_hosts(struct invocation *invocation, const struct host_change *change);

#endif
