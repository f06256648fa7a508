/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hosts that a command goes out to, and which of them is this machine. */
#ifndef SRC_FLEET_HOSTS_H
#define SRC_FLEET_HOSTS_H

#include "src/cli/command.h"

/*
 * The hosts that are named; without words all, of which managed leaves out those whose
 * attribute managed is false, and network switches and power units where it is not set.
 */
int take_fleet(const struct invocation *invocation, bool managed,
	       struct host_set *ret_hosts);

/* A command for hosts that names hosts itself: the command was forgotten. After a word. */
int check_command_word(const struct invocation *invocation, const char *command);

/*
 * The hosts that are named; without words all that may have cards for VMs: the appliance
 * vm-container, what houses VMs, and what has cards. VMs are left out where a pattern,
 * a group or a select names them, and refused where one is named.
 */
int take_vm_hosts(const struct invocation *invocation, struct host_set *ret_hosts);

/* The name of the host that is this machine, NULL when none is; freed by the caller. */
int find_local_host(const struct context *context, char **ret_name);

#endif
