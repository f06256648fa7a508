/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks create host vm: start host vm under the name that Rocks had for it, too. */
#include "src/vm/arguments.h"

static int run(struct invocation *invocation)
{
	return run_power(invocation, VM_START, NULL);
}

const struct command cmd_create_host_vm = {
	.words = "create host vm",
	.summary = "the same as start host vm, as in Rocks",
	.help = "See `rocks help start host vm`.",
	.arguments = vm_power_arguments,
	.parameters = vm_start_parameters,
	.examples = "create host vm rocks-33",
	.related = "start host vm",
	.flags = COMMAND_READS | COMMAND_OWN,
	.run = run,
};
