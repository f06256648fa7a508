/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks start host vm: define VMs on their containers and start them. */
#include "src/vm/arguments.h"

static int run(struct invocation *invocation)
{
	return run_power(invocation, VM_START, NULL);
}

const struct command cmd_start_host_vm = {
	.words = "start host vm",
	.summary = "define VMs on their containers and start them",
	.help = "Defines the VM as `rocks report host vm config` prints it. Checks "
		"first, on the container, that every function of the VM's cards is bound "
		"to vfio-pci, as `gpupci --detach` does. A device that an attribute "
		"such as kvm_device_0 passes must exist, and neither the container nor "
		"another VM may use it. It then belongs to the VM until the VM is "
		"defined without it. Creates missing disks of the types file and qcow2 "
		"if their size is known; any other file, device or folder in the XML, "
		"such as a ROM file, must exist. The memory of a VM with cards must fit "
		"on the container, which cannot swap it: see vm_mem_reserve.\n\nWith "
		"definition=libvirt, defines the copy that the inventory keeps, with the "
		"VM's cards and its passwords; if the definition on the container has "
		"changed since, the command fails: `rocks sync host vm` keeps the new "
		"one, replace=yes puts back the old one.\n\nWith definition=rocks, "
		"replaces the container's definition "
		"if rocks made it, or if nothing in it would be lost. What rocks did not "
		"put there, such as a TPM or the options of a disk, is lost only with "
		"replace=yes; otherwise the command fails and lists it. `rocks report "
		"host vm replaced` prints what was replaced. A VM that was set to "
		"another container does not start while the previous one runs it. If "
		"that one only has it defined, or does not answer, elsewhere=yes starts "
		"it.\n\nAttributes, with their defaults: libvirt_uri, in "
		"which HOST stands for the container (qemu+ssh://HOST/system?no_tty=1); "
		"vm_mem_reserve, MiB of the container that VMs with cards leave to it (a "
		"sixteenth of its memory, 4096 at most), or no, to check nothing; "
		"kvm_autostart, whether the VM starts when its container boots (by "
		"default libvirt's setting stays).",
	.arguments = vm_power_arguments,
	.parameters = vm_start_parameters,
	.examples = "start host vm rocks-33\nstart host vm rocks-33 replace=yes",
	.related = "stop host vm\nlist host vm\nreport host vm config\nreport host vm "
		   "replaced",
	.flags = COMMAND_READS | COMMAND_OWN,
	.run = run,
};
