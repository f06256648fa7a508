/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hosts that a command runs on, and which of them is this machine. */
#ifndef SRC_FLEET_HOSTS_H
#define SRC_FLEET_HOSTS_H

#include "src/cli/command.h"

/*
 * The hosts named on the command line; without names all hosts, or, with managed, those
 * whose attribute managed is true, and an error if there are none. ROCKS_DONE, or what to
 * exit with after printing an error; the caller releases ret_hosts.
 */
int take_fleet(const struct invocation *invocation, bool managed,
	       struct host_set *ret_hosts);

/*
 * Refuses a command that is the name of hosts: the user forgot the command. ROCKS_DONE, or
 * what to exit with after printing an error.
 */
int check_command_word(const struct invocation *invocation, const char *command);

/*
 * The hosts named on the command line, or all that may have cards for VMs: hosts of the
 * appliance vm-container, hosts that house VMs, and hosts with cards. Skips VMs that a
 * pattern, a group or a select matches; refuses a VM that is named. ROCKS_DONE, or what to
 * exit with after printing an error; the caller releases ret_hosts.
 */
int take_vm_hosts(const struct invocation *invocation, struct host_set *ret_hosts);

/*
 * The name of the host that is this machine, or NULL; the caller frees it. ROCKS_DONE or
 * ROCKS_FAILED.
 */
int find_local_host(const struct context *context, char **ret_name);

#endif
