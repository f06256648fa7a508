/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks resume host vm: resume VMs. */
#include "src/vm/arguments.h"

static int run(struct invocation *invocation)
{
	return run_power(invocation, VM_RESUME, NULL);
}

const struct command cmd_resume_host_vm = {
	.words = "resume host vm",
	.summary = "resume VMs",
	.arguments = vm_power_arguments,
	.parameters = vm_power_parameters,
	.examples = "resume host vm rocks-33",
	.related = "start host vm\nstop host vm\nlist host vm",
	.flags = COMMAND_READS | COMMAND_OWN,
	.run = run,
};
