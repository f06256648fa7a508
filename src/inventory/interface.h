/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands about interfaces share. */
#ifndef SRC_INVENTORY_INTERFACE_H
#define SRC_INVENTORY_INTERFACE_H

#include "db/interface.h"
#include "src/cli/command.h"

/* ip= mac= subnet= name= module= vlan= options= channel= */
extern const struct argument interface_parameters[];

/*
 * What the parameters say; empty, none and NULL stand for no value, which a change
 * clears and a new interface does not have. The VLAN is that of the invocation.
 */
struct interface take_interface(const struct invocation *invocation, bool is_change);

/*
 * A command that sets one thing of a host's interface: its arguments are host, iface and
 * one that is called as the parameter of `set host interface`.
 */
int interface_set_one(struct invocation *invocation, const char *name);

#endif
