/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove host gpu: forget a card of hosts, or take one from VMs. */
#include "db/gpu.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = take_hosts(invocation, &hosts);

	if (r != ROCKS_DONE)
		return r;
	return answer(invocation,
		      db_gpu_remove(invocation->db, &hosts, argument(invocation, "gpu")));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "physical hosts or VMs", ARGUMENT_REQUIRED | ARGUMENT_MANY,
		      HOST),
	ARGUMENT_TEXT("gpu", "name of the card there", ARGUMENT_REQUIRED, CARD),
	ARGUMENTS_END,
};

const struct command cmd_remove_host_gpu = {
	.words = "remove host gpu",
	.summary = "forget a card of a host, or take one from a VM",
	.help = "Fails for a card that a VM has, and names the VM. If any of several "
		"hosts has no such card, nothing is removed.",
	.arguments = arguments,
	.examples = "remove host gpu rocks-33 gpupci\n"
		    "remove host gpu vm-container-0-15 gpupci1",
	.related = "add host gpu\nlist host gpu\nlist history",
	.flags = COMMAND_WRITES,
	.run = run,
};
