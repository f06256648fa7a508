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
	.help = "format=ansible prints an inventory for ansible -i hosts.json. Each "
		"appliance is a group, with _ for each dash in its name. Variables of a "
		"host: rocks_rack, rocks_rank, rocks_cpus, rocks_appliance, rocks_gpus, "
		"and for a VM rocks_container. A card's ids and serial number come from "
		"its host, so they are printed as {\"__ansible_unsafe\": \"…\"}: a "
		"playbook sees a plain string, which Ansible never evaluates as a "
		"template.\n\nformat=pdsh prints a genders file for pdsh -F FILE -g "
		"vm-container. Attributes of a host: its appliance, its rack as rack0, "
		"rack=, rank=, cpus=, and gpu= if it has cards.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "report host inventory format=ansible\n"
		    "report host inventory vm-container format=pdsh",
	.related = "list host\nreport host gpu\nrun host",
	.flags = COMMAND_READS,
	.run = run,
};
