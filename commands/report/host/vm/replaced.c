/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks report host vm replaced: definitions of VMs that rocks has replaced. */
#include "db/definition.h"
#include "src/cli/command.h"

/* In an XML comment there is no "--". */
static void print_in_comment(const char *text)
{
	for (; *text; text++) {
		putchar(*text);
		if (text[0] == '-' && text[1] == '-')
			putchar(' ');
	}
}

static int print(void *data, const struct replaced *row)
{
	const char *vm = data;

	fputs("<!-- ", stdout);
	print_in_comment(vm);
	fputs(" on ", stdout);
	print_in_comment(row->container);
	printf(", found %s by ", row->at);
	print_in_comment(row->who);
	printf(" -->\n%s\n", row->xml);
	return 0;
}

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = take_vms(invocation, &hosts);

	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++) {
		struct host_ref *vm = &hosts.hosts[i];

		if (db_vm_exists(invocation->db, vm->id) == 0)
			return error("%s is not a VM; see `rocks list host vm`",
				     vm->name);
		r = answer(invocation,
			   db_replaced_each(invocation->db, vm->id, print, vm->name));
	}
	return r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "VMs", ARGUMENT_REQUIRED | ARGUMENT_MANY, VM),
	ARGUMENTS_END,
};

const struct command cmd_report_host_vm_replaced = {
	.words = "report host vm replaced",
	.summary = "print definitions of VMs that rocks has replaced",
	.help = "Before `rocks start host vm` or `rocks check host gpu repair=yes` "
		"replaces a definition that rocks did not make, or that somebody has "
		"changed, it keeps a copy, even if it then refuses to replace it. The "
		"last three of each VM are kept until `rocks remove host vm`; a dump "
		"does not have them.\n\nPrints libvirt's XML without passwords, the "
		"oldest first. A comment before each says where and when it was found, "
		"and by whom.",
	.arguments = arguments,
	.examples = "report host vm replaced rocks-33",
	.related = "start host vm\nreport host vm config\ncheck host gpu",
	.flags = COMMAND_READS,
	.run = run,
};
