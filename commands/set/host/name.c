/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host name: give a host or VM another name. */
#include "src/inventory/host.h"

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = take_host(invocation, "host", &hosts);

	if (r != ROCKS_DONE)
		return r;
	return answer(invocation,
		      db_host_rename(invocation->db, &hosts.hosts[0],
				     argument(invocation, "name"),
				     boolean_argument(invocation, "renamed", false)));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "a host or VM", ARGUMENT_REQUIRED, HOST),
	ARGUMENT_TEXT("name", "its new name: letters, digits, - and _", ARGUMENT_REQUIRED,
		      NOTHING),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_BOOLEAN("renamed",
			 "yes: libvirt on its container has the new name, too"),
	ARGUMENTS_END,
};

const struct command cmd_set_host_name = {
	.words = "set host name",
	.summary = "give a host or VM another name",
	.help = "Attributes, interfaces, cards, VMs and disks stay with the host. Its "
		"interfaces that have its name get the new one. Its rack and rank stay, "
		"the paths of disks too, and the history keeps the name that the host "
		"had at the time.\n\nlibvirt keeps the old name of a VM that has been "
		"defined; the VM's record gets it as domain=. Fails while the host, or a "
		"VM on it, is being "
		"moved or started.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "set host name compute-0-0 login-1",
	.related = "set host\nadd host\nlist host",
	.flags = COMMAND_WRITES,
	.run = run,
};
