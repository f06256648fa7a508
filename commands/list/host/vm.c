/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list host vm: VMs and their containers. */
#include "src/inventory/vm-list.h"
#include "src/vm/status.h"

static int run(struct invocation *invocation)
{
	const struct context context = context_of(invocation);
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_table_ struct table *table = NULL;
	_cleanup_vm_status_ struct vm_status domains = { 0 };
	const struct vm_list_status status = { vm_status_word, &domains };
	bool with_status = boolean_argument(invocation, "status", false);
	const struct vm_list_columns columns = {
		.disks = boolean_argument(invocation, "showdisks", false),
		.definition = boolean_argument(invocation, "showdefinition", false),
		.owner = boolean_argument(invocation, "showowner", false),
		.status = with_status ? &status : NULL,
	};
	int seen = ROCKS_DONE, r = take_hosts(invocation, &hosts);

	if (r == ROCKS_DONE && with_status)
		seen = vm_status_ask(&context, &hosts, &domains);
	if (r != ROCKS_DONE || seen == ROCKS_FAILED)
		return r != ROCKS_DONE ? r : seen;
	r = vm_list_fill(invocation, &hosts, &columns, &table);
	if (r == ROCKS_DONE)
		r = print_table(invocation, table, false, "vm");
	return r == ROCKS_DONE ? seen : r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "VMs, or containers for all VMs on them; all by default",
		      ARGUMENT_MANY, HOST),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_BOOLEAN("showdisks", "yes: with disks and CD-ROM"),
	ARGUMENT_BOOLEAN(
		"showdefinition",
		"yes: with libvirt's name for each, and whose definition it has"),
	ARGUMENT_BOOLEAN("showowner", "yes: with the owner and the project of each"),
	ARGUMENT_BOOLEAN(
		"status",
		"yes: with the state of each VM, as libvirt on its container reports it"),
	ARGUMENTS_END,
};

const struct command cmd_list_host_vm = {
	.words = "list host vm",
	.summary = "list VMs and the hosts they are on",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "list host vm\nlist host vm vm-container-0-15 showdisks=yes",
	.related = "start host vm\nadd host vm\nset host vm\nset host vm cdrom\nremove "
		   "host vm\nlist "
		   "host gpu",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
