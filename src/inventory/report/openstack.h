/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines for OpenStack: the cards of hosts for Nova, and flavors. */
#ifndef SRC_INVENTORY_REPORT_OPENSTACK_H
#define SRC_INVENTORY_REPORT_OPENSTACK_H

#include "src/cli/command.h"

/* Both print on stdout. They return ROCKS_DONE, or what to exit with after printing an error. */

/* What nova.conf says of the hosts' cards, but for those that a VM of ours has. */
int report_nova(const struct invocation *invocation, const struct host_set *hosts);

/* Commands that make the flavors; the cards of the hosts say which aliases a model has. */
int report_flavors(const struct invocation *invocation, const struct host_set *hosts);

#endif
