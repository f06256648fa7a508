/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks report vm nextmac: the MAC address that the next VM gets. */
#include "db/mac.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	char mac[DB_MAC_SIZE];
	int r = ROCKS_DONE;

	if (argument(invocation, "container"))
		r = take_host(invocation, "container", &hosts);
	if (r == ROCKS_DONE)
		r = answer(invocation,
			   db_mac_peek(invocation->db,
				       hosts.count ? hosts.hosts[0].id : 0, mac));
	if (r != ROCKS_DONE)
		return r;
	printf(boolean_argument(invocation, "json", false) ? "[{\"mac\": \"%s\"}]\n"
							   : "%s\n",
	       mac);
	return ROCKS_DONE;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("container",
		      "the host that the VM will be on; its attributes apply", 0,
		      CONTAINER),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_BOOLEAN("json", "yes: as JSON"),
	ARGUMENTS_END,
};

const struct command cmd_report_vm_nextmac = {
	.words = "report vm nextmac",
	.summary = "print the MAC address that the next VM gets",
	.help = "Prints the next address above the highest in use, in the range of the "
		"attributes vm_mac_base_addr and vm_mac_base_addr_mask "
		"(ff:ff:ff:c0:00:00). Does not reserve it.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "report vm nextmac\nreport vm nextmac vm-container-0-15",
	.related = "add host vm\nadd host interface",
	.flags = COMMAND_READS,
	.run = run,
};
