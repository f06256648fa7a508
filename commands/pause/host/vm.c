/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks pause host vm: pause VMs. */
#include "src/vm/arguments.h"

static int run(struct invocation *invocation)
{
	return run_power(invocation, VM_PAUSE, NULL);
}

const struct command cmd_pause_host_vm = {
	.words = "pause host vm",
	.summary = "pause VMs",
	.help = "A paused VM keeps its memory and its cards, and does not run until "
		"`rocks "
		"resume host vm`.",
	.arguments = vm_power_arguments,
	.parameters = vm_power_parameters,
	.examples = "pause host vm rocks-33",
	.related = "start host vm\nstop host vm\nlist host vm",
	.flags = COMMAND_READS | COMMAND_OWN,
	.run = run,
};
