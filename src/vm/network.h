/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which interface of a container carries an interface of a VM. */
#ifndef SRC_VM_NETWORK_H
#define SRC_VM_NETWORK_H

#include "plugins/rocks-plugin.h"
#include "src/cli/command.h"

/* An interface of a container. */
struct vm_carrier {
	const char *device;
	const char *network, *module, *channel; /* or NULL */
	int64_t vlan;				/* -1: none */
	const char *options;			/* or NULL */
	const char *tap;			/* what vm_network_tap() found, or NULL */
};

/* Room for p, the name of a device, which Linux limits to 15 bytes, a dot and a VLAN. */
#define VM_TAP_SIZE 32

/*
 * Rocks makes VLAN 3 of a network, for which a container has an interface vlan3, on the
 * container's other interface in that network: peth0.3, or eth0.3 where that has the option
 * novtap. VMs share it, as they do with macvtap. Writes its name and returns 1, or returns 0.
 */
int vm_network_tap(const struct vm_carrier *carriers, size_t count,
		   const struct vm_carrier *row, char ret_device[VM_TAP_SIZE]);

/*
 * Finds the container's interface in the same network and VLAN; an Open vSwitch in the
 * network takes any VLAN. Without a network it is the bridge that the VM's attribute
 * kvm_bridge names, else br0; the attribute also decides if several match, or none.
 * carriers: all count interfaces of the container. *ret_device is one of their devices, the
 * attribute's value, or a constant: do not free it. If nothing carries the network or VLAN,
 * or the choice is ambiguous, trouble gets a sentence and the device is NULL. 0 or -ENOMEM.
 */
int vm_network_carrier(const struct rocks_vm *vm, const struct vm_carrier *carriers,
		       size_t count, const struct rocks_interface *interface,
		       const char **ret_device, uint32_t *ret_kind,
		       struct strbuf *trouble);

#endif
