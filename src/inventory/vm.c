/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user says about a new VM. */
#include "db/store/limits.h"
#include "src/inventory/vm.h"

const struct argument vm_parameters[] = {
	ARGUMENT_TEXT("name", "<appliance>-<rack>-<rank>-<slice> by default", 0, NOTHING),
	ARGUMENT_INTEGER("mem", "memory in MiB; 2048 by default", 0, 1, DB_MEMORY_MOST),
	ARGUMENT_INTEGER("cpus", "number of CPUs; 1 by default", 0, 1, DB_CPUS_MOST),
	ARGUMENT_INTEGER("slice", "the container's next free one by default", 0, 0,
			 DB_SLICE_MOST),
	ARGUMENT_TEXT("mac",
		      "MAC address of its first interface; the next free one by default",
		      0, NOTHING),
	ARGUMENT_INTEGER("num-macs", "number of interfaces; 1 by default", 0, 0,
			 DB_VM_INTERFACES_MOST),
	ARGUMENT_TEXT("disk",
		      "TYPE:PATH,DEVICE,BUS with TYPE file, qcow2, qed or phy; several "
		      "separated by blanks",
		      0, NOTHING),
	ARGUMENT_TEXT("disksize",
		      "sizes of the disks in GB, in the same order; 36 by default, "
		      "unknown for phy",
		      0, NOTHING),
	ARGUMENT_TEXT("ip", "IP address of its first interface", 0, NOTHING),
	ARGUMENT_TEXT("subnet", "network of its first interface", 0, NETWORK),
	ARGUMENT_TEXT("vlan",
		      "VLANs of its interfaces, separated by commas; none or 0 for one "
		      "without: 3,none",
		      0, NOTHING),
	ARGUMENT_WORD("virt-type", "hvm by default", 0, "hvm para"),
	ARGUMENT_BOOLEAN("sync-config", "yes: has no effect, there is nothing to sync"),
	ARGUMENTS_END,
};

struct vm_wish take_vm_wish(const struct invocation *invocation)
{
	return (struct vm_wish){
		.membership = argument(invocation, "membership"),
		.name = argument(invocation, "name"),
		.virt_type = argument(invocation, "virt-type"),
		.mem = integer_argument(invocation, "mem"),
		.cpus = integer_argument(invocation, "cpus"),
		.slice = integer_argument(invocation, "slice"),
		.interfaces = integer_argument(invocation, "num-macs"),
		.mac = argument(invocation, "mac"),
		.ip = argument(invocation, "ip"),
		.network = argument(invocation, "subnet"),
		.vlans = argument(invocation, "vlan"),
		.disks = argument(invocation, "disk"),
		.disk_sizes = argument(invocation, "disksize"),
	};
}
