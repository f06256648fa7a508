/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which interface of a container carries an interface of a VM. */
#ifndef COMMANDS_VM_NETWORK_H
#define COMMANDS_VM_NETWORK_H

#include "commands/command.h"
#include "plugins/rocks-plugin.h"

/*
 * The container's interface in the same network and VLAN; an Open vSwitch in the network
 * takes any VLAN. Without a network it is the bridge that the VM's attribute kvm_bridge
 * names, which also says which one is meant where several suit. The device is the caller's
 * to free. When nothing carries the VLAN, or more than one thing may be meant, trouble gets a
 * sentence about it and the device is NULL. 0 or -errno.
 */
int vm_network_carrier(struct db *db, const struct rocks_vm *vm, int64_t container,
		       const struct rocks_interface *interface, char **ret_device,
		       uint32_t *ret_kind, struct strbuf *trouble);

#endif
