/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reconciling hosts with scans, and the table of what came of it. */
#ifndef COMMANDS_RECONCILED_H
#define COMMANDS_RECONCILED_H

#include "commands/command.h"

/* An empty table with the columns of a reconciliation: ROCKS_DONE or ROCKS_FAILED. */
int reconciled_table(struct table **ret_table);

/* Reconciles a host with a scan document, in the open transaction, and adds its rows. */
int reconcile_host(const struct invocation *invocation, const struct host_ref *host,
		   const char *document, struct table *table);

#endif
