/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices of its container that a VM gets by address: all except its cards. */
#ifndef SRC_VM_DEVICES_H
#define SRC_VM_DEVICES_H

#include "lib/pci-address.h"
#include "src/cli/command.h"
#include "src/vm/plugins.h"

struct vm_device {
	int64_t address;
	char text[PCI_ADDRESS_SIZE]; /* 0000:5e:00.0 */
	char *attribute;	     /* that passes it; NULL: a plugin passes it */
	bool is_placed;		     /* kvm_device_N_at gives its address */
};

/* No duplicates. */
struct vm_devices {
	struct vm_device *list;
	size_t count;
};

#define _cleanup_vm_devices_ _cleanup_(vm_devices_release)

void vm_devices_release(struct vm_devices *devices);

/*
 * Finds the devices that the XML passes; plugins must be loaded with PLUGINS_XML and
 * PLUGINS_HYPERVISOR. ROCKS_DONE, or an exit status after printing an error; the caller
 * releases the devices.
 */
int vm_devices_find(const struct plugins *plugins, const struct rocks_vm *vm,
		    const char *xml, struct vm_devices *ret_devices);

/* The address of a card's function on the VM's container. */
struct pci_address vm_function_address(const struct rocks_function *function);

/*
 * What passes it, for messages: its attribute, or "XML". Owned by the device, or static.
 */
const char *vm_device_source(const struct vm_device *device);

/* Whether both are the same devices, passed by the same attributes. */
bool vm_devices_are_same(const struct vm_devices *a, const struct vm_devices *b);

/*
 * Appends the command that asks their container about them, see src/vm/device-status.h.
 */
void vm_devices_add_command(const struct vm_devices *devices, struct strbuf *command);

/*
 * ROCKS_DONE if the VM may have all of them now; answer is the output of that command.
 * Otherwise prints an error that says what to do.
 */
int vm_devices_judge(const struct context *context, const struct rocks_vm *vm,
		     const struct vm_devices *devices, const char *answer);

#endif
