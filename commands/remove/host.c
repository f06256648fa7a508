/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks remove host: remove hosts and everything recorded about them. */
#include "db/removal.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_strbuf_ struct strbuf news = STRBUF_EMPTY;
	int r = take_hosts(invocation, &hosts);

	if (r == ROCKS_DONE)
		r = answer(invocation, db_host_remove(invocation->db, &hosts, &news));
	if (r == ROCKS_DONE)
		fputs(strbuf_text(&news), stdout);
	return r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts to remove; % for all",
		      ARGUMENT_REQUIRED | ARGUMENT_MANY, HOST),
	ARGUMENTS_END,
};

const struct command cmd_remove_host = {
	.words = "remove host",
	.summary = "remove hosts and everything recorded about them",
	.help = "Removes the host's attributes, interfaces, cards and VM record, too, "
		"and says which. A VM's cards go back to its container. Refuses to "
		"remove "
		"a container that still has VMs, and names them, unless they are removed "
		"in the same call. The history stays, and so do cards with a serial "
		"number, "
		"for a host of the same name or for `rocks sync host gpu HOST adopt=`; "
		"`rocks list retired gpu` lists those.",
	.arguments = arguments,
	.examples = "remove host compute-0-0\nremove host rocks-33 vm-container-0-15",
	.related = "add host\nremove host vm\nremove host gpu\nlist history",
	.flags = COMMAND_WRITES,
	.run = run,
};
