/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks stop host vm: stop VMs, through the hypervisor's plugin. */
#include "src/vm/arguments.h"

static int run(struct invocation *invocation)
{
	const char *action = argument(invocation, "action");

	return run_power(invocation, VM_STOP, action ? action : "poweroff");
}

static const struct argument parameters[] = {
	ARGUMENT_WORD("action", "poweroff by default", 0,
		      "poweroff shutdown reset reboot"),
	VM_POWER_TIMEOUT,
	ARGUMENTS_END,
};

const struct command cmd_stop_host_vm = {
	.words = "stop host vm",
	.summary = "stop VMs",
	.help = "poweroff turns the VM off at once, reset restarts it at once. shutdown "
		"and reboot ask the guest and do not wait for it.",
	.arguments = vm_power_arguments,
	.parameters = parameters,
	.examples = "stop host vm rocks-33\nstop host vm rocks-33 action=shutdown",
	.related = "start host vm\npause host vm\nlist host vm",
	.flags = COMMAND_READS | COMMAND_OWN,
	.run = run,
};
