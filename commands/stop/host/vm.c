/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks stop host vm: stop VMs, through the hypervisor's plugin. */
#include <string.h>

#include "src/cli/usage.h"
#include "src/vm/arguments.h"

static int check_action(const struct invocation *invocation, const char *action)
{
	static const char *const words[] = { "poweroff", "shutdown", "reset", "reboot" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(action, words[i]) == 0)
			return ROCKS_DONE;
	return usage_error(invocation->command,
			   "action= is poweroff, shutdown, reset or reboot, not «%s»",
			   action);
}

static int run(struct invocation *invocation)
{
	const char *action = argument(invocation, "action");
	int r;

	if (!action)
		action = "poweroff";
	r = check_action(invocation, action);
	return r == ROCKS_DONE ? run_power(invocation, VM_STOP, action) : r;
}

static const struct argument parameters[] = {
	{ "action", "poweroff (unless given), shutdown, reset or reboot", 0 },
	VM_POWER_TIMEOUT,
	{ NULL, NULL, 0 },
};

const struct command cmd_stop_host_vm = {
	.words = "stop host vm",
	.summary = "stop VMs",
	.help = "poweroff pulls the plug, shutdown asks the guest and does not wait for "
		"it.",
	.arguments = vm_power_arguments,
	.parameters = parameters,
	.examples = "stop host vm rocks-33\nstop host vm rocks-33 action=shutdown",
	.related = "start host vm\npause host vm\nlist host vm",
	.flags = COMMAND_READS | COMMAND_OWN,
	.run = run,
};
