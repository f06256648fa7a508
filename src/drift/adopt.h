/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records the VMs that the hypervisors of hosts have. */
#ifndef SRC_DRIFT_ADOPT_H
#define SRC_DRIFT_ADOPT_H

#include "src/cli/command.h"

/* Makes a table without rows, which the caller frees. ROCKS_DONE or ROCKS_FAILED. */
int adopt_table(struct table **ret_table);

/*
 * Asks the hypervisors of hosts (from take_vm_hosts()) for their VMs, which they leave as
 * they are, records those that are not recorded, each host in a transaction of its own,
 * and adds a row for each VM. dryrun rolls back. ROCKS_DONE if all VMs are recorded on
 * their host; else ROCKS_FAILED, also after printing an error for each host that could not
 * be asked, of which nothing changes.
 */
int adopt_fleet(const struct context *context, const struct host_set *hosts, bool dryrun,
		struct table *table);

#endif
