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
	.help = "libvirt gets exactly what `rocks report host vm config` prints. First "
		"the container is asked: every function of every card must be bound to "
		"vfio-pci there, as `gpupci --detach` does. A device that the VM gets by "
		"its address, such as in kvm_device_0, must be there; the container "
		"itself must not use it, and no other VM may have it: from then on it "
		"belongs to the VM, until the VM is defined without it. Missing disks of "
		"the types file and qcow2 are created at their size.\n\nAttributes: "
		"libvirt_uri, in which HOST stands for the container "
		"(qemu+ssh://HOST/system?no_tty=1); kvm_autostart (yes or no: whether "
		"the VM starts with its container).",
	.arguments = vm_power_arguments,
	.parameters = vm_power_parameters,
	.examples = "start host vm rocks-33",
	.related = "stop host vm\nlist host vm\nreport host vm config",
	.flags = COMMAND_READS | COMMAND_OWN,
	.run = run,
};
