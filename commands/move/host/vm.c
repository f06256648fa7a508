/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks move host vm: stop a VM and move it with its cards and disks. */
#include "src/move/arguments.h"

static int run_new(const struct invocation *invocation, const struct context *context,
		   struct host_ref *vm)
{
	_cleanup_host_set_ struct host_set target = { 0 };
	struct move_wish wish = { .vm = vm };
	int r = take_host(invocation, "physhost", &target);

	take_move_wish(invocation, &wish);
	if (r != ROCKS_DONE)
		return r;
	wish.target = target.hosts;
	return move_begin(context, &wish);
}

static int run(struct invocation *invocation)
{
	const struct context context = context_of(invocation);
	_cleanup_host_set_ struct host_set vm = { 0 };
	bool resume, undo;
	int r = take_move_end(invocation, &resume, &undo);

	if (r == ROCKS_DONE)
		r = take_moving_vm(invocation, &vm);
	if (r != ROCKS_DONE)
		return r;
	return resume ? move_resume(&context, vm.hosts)
	       : undo ? move_undo(&context, vm.hosts)
		      : run_new(invocation, &context, vm.hosts);
}

const struct command cmd_move_host_vm = {
	.words = "move host vm",
	.summary = "move a VM, its cards and disks to a container",
	.help = "For each card that the VM has, one of the same model and functions is "
		"reserved on the other container, on the same NUMA node if there is one. "
		"Then the VM is stopped and removed from the libvirt it leaves, its "
		"disks are copied and compared, and it is defined and, if it ran, "
		"started on the other container. Anything that prevents this is reported "
		"before the VM is stopped. A device of the container, such as in "
		"kvm_device_0, does not move: kvm_device_0_at names the one that the VM "
		"gets instead.\n\nEvery step is recorded before it is carried out. After "
		"an interruption resume=yes continues the move, and undo=yes takes it "
		"back; `rocks list move` shows where each stands. Until then the VM "
		"cannot be started or changed. The disks on the container that it left "
		"stay there; the last lines say how to remove them.\n\nThe other "
		"container fetches the disks with rsync over ssh. Attributes: "
		"move_address, the name or address under which others reach the "
		"container that the VM leaves; move_ssh, what the other calls instead of "
		"ssh; move_nvram_folders, the folders there into which variables of UEFI "
		"firmware may be copied.",
	.arguments = move_arguments,
	.parameters = move_parameters,
	.examples = "move host vm rocks-33 vm-container-0-14 dryrun=yes\n"
		    "move host vm rocks-33 vm-container-0-14\n"
		    "move host vm rocks-33 resume=yes\nmove host vm rocks-33 undo=yes",
	.related = "list move\nlist host vm\nlist host gpu\nstart host vm\nstop host vm",
	.flags = COMMAND_WRITES | COMMAND_OWN,
	.run = run,
};
