/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks report gpu openstack: lines for nova.conf, and commands that make flavors. */
#include <string.h>

#include "src/inventory/report/openstack.h"

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = take_hosts(invocation, &hosts);

	if (r != ROCKS_DONE)
		return r;
	return strcmp(argument(invocation, "format"), "nova") == 0
		       ? report_nova(invocation, &hosts)
		       : report_flavors(invocation, &hosts);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts; all by default", ARGUMENT_MANY, HOST),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_WORD("format", NULL, ARGUMENT_REQUIRED, "nova flavor"),
	ARGUMENTS_END,
};

const struct command cmd_report_gpu_openstack = {
	.words = "report gpu openstack",
	.summary = "print cards and flavors for OpenStack",
	.help = "format=nova prints device_spec and alias for the nova.conf of each "
		"host, "
		"and the aliases for that of the controllers. Cards that a VM here has "
		"are left out, and those that no VM can be given; a comment says which. "
		"A "
		"card that could have virtual functions is a type-PF, even without any; "
		"what a card could have is known once `rocks sync host gpu` has asked "
		"its "
		"host.\n\nAn alias has the name of the model. If the cards have several "
		"functions, each function has an alias, T4_0 and T4_1.\n\nformat=flavor "
		"prints the commands that make the flavors, private ones for their "
		"projects. Functions of a model are those of the cards that these hosts "
		"have.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "report gpu openstack vm-container-0-15 format=nova\n"
		    "report gpu openstack format=flavor",
	.related = "sync host gpu\nreport host inventory",
	.flags = COMMAND_READS,
	.run = run,
};
