/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks report host inventory: hosts, groups and cards for Ansible and pdsh. */
#include <string.h>

#include "src/cli/usage.h"
#include "src/inventory/report/hosts.h"

static int run(struct invocation *invocation)
{
	const char *format = argument(invocation, "format");
	bool ansible = strcmp(format, "ansible") == 0;
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = take_hosts(invocation, &hosts);

	if (r != ROCKS_DONE)
		return r;
	return ansible ? report_ansible(invocation, &hosts)
		       : report_genders(invocation, &hosts);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts and VMs; all by default", ARGUMENT_MANY, HOST),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_WORD("format", NULL, ARGUMENT_REQUIRED, "ansible pdsh"),
	ARGUMENTS_END,
};

const struct command cmd_report_host_inventory = {
	.words = "report host inventory",
	.summary = "print hosts, groups and cards for Ansible or pdsh",
	.help = "ansible: save it as hosts.json, for ansible -i hosts.json. Each "
		"appliance is a group, its dashes written as _; the variables are "
		"rocks_rack, rocks_rank, rocks_cpus, rocks_appliance, rocks_container "
		"(of a VM) and rocks_gpus. A card's ids and serial come from its host, "
		"so they are marked: Ansible never evaluates {\"__ansible_unsafe\": "
		"\"…\"} as a template, and a playbook sees a plain string.\n\npdsh: a "
		"genders file, for pdsh -F FILE -g vm-container. Attributes: the "
		"appliance, rackN, rack=, rank=, cpus=, and gpu= if the host has cards.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "report host inventory format=ansible\n"
		    "report host inventory vm-container format=pdsh",
	.related = "list host\nreport host gpu\nrun host",
	.flags = COMMAND_READS,
	.run = run,
};
