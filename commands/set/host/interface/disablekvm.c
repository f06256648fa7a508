/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host interface disablekvm: whether libvirt makes interfaces of VMs. */
#include "db/interface.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = take_hosts(invocation, &hosts);

	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++)
		r = answer(invocation,
			   db_interface_set_nokvm(
				   invocation->db, &hosts.hosts[i],
				   argument(invocation, "iface"),
				   boolean_argument(invocation, "disablekvm", false)));
	return r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "VMs; % for all", ARGUMENT_REQUIRED | ARGUMENT_MANY, VM),
	ARGUMENT_TEXT("iface", "device or MAC address of the interface",
		      ARGUMENT_REQUIRED, INTERFACE),
	{ "disablekvm", "yes: the VM's XML has no such interface", ARGUMENT_REQUIRED,
	  TYPE_BOOLEAN, 0, 1, NULL, COMPLETE_NOTHING },
	ARGUMENTS_END,
};

const struct command cmd_set_host_interface_disablekvm = {
	.words = "set host interface disablekvm",
	.summary = "keep interfaces of VMs out of their XML",
	.help = "For an interface that a device of the VM brings along, such as the ib0 "
		"of a virtual function: libvirt must not make another. Sets the word "
		"nokvm in the options of the interface, or removes it. It has an effect "
		"when the VM is next started.",
	.arguments = arguments,
	.examples = "set host interface disablekvm rocks-33 eth0 yes",
	.related = "list host interface disablekvm\nset host interface\nadd host gpu",
	.flags = COMMAND_WRITES,
	.run = run,
};
