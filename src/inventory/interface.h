/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands about interfaces share: their parameters. */
#ifndef SRC_INVENTORY_INTERFACE_H
#define SRC_INVENTORY_INTERFACE_H

#include "db/interface.h"
#include "src/cli/command.h"

/* ip= mac= subnet= name= module= vlan= options= channel= */
extern const struct argument interface_parameters[];

/*
 * What the parameters say. Empty, none and NULL mean no value: a change clears it, a new
 * interface has none. Strings and numbers belong to the invocation.
 */
struct interface take_interface(const struct invocation *invocation, bool is_change);

/*
 * Changes the interface that the argument iface names, of each host that the argument host
 * names. Returns what to exit with.
 */
int interfaces_set(struct invocation *invocation, const struct interface *change);

/*
 * Runs a command that sets one thing of an interface: its arguments are host, iface and
 * one named like the parameter of `set host interface`. Returns what to exit with.
 */
int interface_set_one(struct invocation *invocation, const char *name);

#endif
