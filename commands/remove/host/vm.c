/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove host vm: removes VM records; the hosts stay. */
#include "db/vm.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_strbuf_ struct strbuf news = STRBUF_EMPTY;
	int r = take_vms(invocation, &hosts);

	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++) {
		int removed = db_vm_remove(invocation->db, &hosts.hosts[i], &news);

		if (removed == 0)
			return error("%s is not a VM; see `rocks list host vm`",
				     hosts.hosts[i].name);
		r = answer(invocation, removed);
	}
	if (r == ROCKS_DONE)
		fputs(strbuf_text(&news), stdout);
	return r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "VMs", ARGUMENT_REQUIRED | ARGUMENT_MANY, VM),
	ARGUMENTS_END,
};

const struct command cmd_remove_host_vm = {
	.words = "remove host vm",
	.summary = "remove the VM record of hosts, which stay",
	.help = "The VM's cards go back to its container, and the command says which. "
		"The host itself stays; `rocks remove host` removes both.",
	.arguments = arguments,
	.examples = "remove host vm rocks-33",
	.related = "add host vm\nremove host\nlist host vm",
	.flags = COMMAND_WRITES,
	.run = run,
};
