/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a new VM is to be, as the user says it. */
#include "db/store/limits.h"
#include "src/inventory/vm.h"

const struct argument vm_parameters[] = {
	{ "name", "<appliance>-<rack>-<rank>-<slice> unless given", 0 },
	{ "mem", "memory in MiB; 2048 unless given", 0 },
	{ "cpus", "number of CPUs; 1 unless given", 0 },
	{ "slice", "the container's next free one unless given", 0 },
	{ "mac", "MAC address of its first interface; the next free one unless given",
	  0 },
	{ "num-macs", "number of interfaces; 1 unless given", 0 },
	{ "disk",
	  "TYPE:PATH,DEVICE,BUS with TYPE file, qcow2, qed or phy; several with blanks",
	  0 },
	{ "disksize",
	  "sizes of the disks in GB in their order; 36 for the disk it has by itself",
	  0 },
	{ "ip", "IP address of its first interface", 0 },
	{ "subnet", "network of its first interface", 0 },
	{ "vlan", "VLAN of its first interface", 0 },
	{ NULL, NULL, 0 },
};

int take_vm_wish(const struct invocation *invocation, struct vm_numbers *numbers,
		 struct vm_wish *ret_wish)
{
	struct vm_wish wish = {
		.membership = argument(invocation, "membership"),
		.name = argument(invocation, "name"),
		.mac = argument(invocation, "mac"),
		.ip = argument(invocation, "ip"),
		.network = argument(invocation, "subnet"),
		.disks = argument(invocation, "disk"),
		.disk_sizes = argument(invocation, "disksize"),
	};
	int r = integer_argument(invocation, "mem", 1, DB_MEMORY_MOST, &numbers->mem,
				 &wish.mem);

	if (r == ROCKS_DONE)
		r = integer_argument(invocation, "cpus", 1, DB_CPUS_MOST, &numbers->cpus,
				     &wish.cpus);
	if (r == ROCKS_DONE)
		r = integer_argument(invocation, "slice", 0, DB_SLICE_MOST,
				     &numbers->slice, &wish.slice);
	if (r == ROCKS_DONE)
		r = integer_argument(invocation, "num-macs", 0, DB_VM_INTERFACES_MOST,
				     &numbers->interfaces, &wish.interfaces);
	if (r == ROCKS_DONE)
		r = integer_argument(invocation, "vlan", 0, DB_VLAN_MOST, &numbers->vlan,
				     &wish.vlan);
	if (r == ROCKS_DONE)
		*ret_wish = wish;
	return r;
}
