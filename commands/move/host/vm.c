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
	.summary = "stop a VM and move it to another container",
	.help = "Checks first that the VM can move, and reserves a card of the same "
		"model and functions on the new container for each card that it has. "
		"Then stops the VM, removes it from libvirt on the old container, copies "
		"and compares its disks, the variables of its UEFI firmware and the "
		"state of its emulated TPM, defines it on the new container, and starts "
		"it there if it ran. A disk that both containers have on shared storage "
		"is not copied; shared=yes refuses the move if any must be. Other "
		"devices of the old container, as in "
		"kvm_device_0, do not move: kvm_device_0_at names the device of the new "
		"container to use instead.\n\nIf a move is interrupted, resume=yes "
		"continues it and undo=yes takes it back; until one of them is done, the "
		"VM cannot be started or changed. `rocks list move` shows how far each "
		"move is. The disks on the old container stay; the last lines of output "
		"say how to remove them.\n\nThe new container fetches the disks with "
		"rsync over ssh. Attributes of the old container: move_address, the name "
		"or address at which the new one reaches it. Of the new one: move_ssh, "
		"the command to use instead of ssh; move_nvram_folders, the folders into "
		"which variables of UEFI firmware may be copied.",
	.arguments = move_arguments,
	.parameters = move_parameters,
	.examples = "move host vm rocks-33 vm-container-0-14 dryrun=yes\n"
		    "move host vm rocks-33 vm-container-0-14\n"
		    "move host vm rocks-33 resume=yes\nmove host vm rocks-33 undo=yes",
	.related = "list move\nlist host vm\nlist host gpu\nstart host vm\nstop host vm",
	.flags = COMMAND_WRITES | COMMAND_OWN,
	.run = run,
};
