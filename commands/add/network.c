/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks add network: a network that interfaces can be in. */
#include "db/network.h"
#include "db/store/limits.h"
#include "lib/text.h"
#include "src/cli/command.h"

/* An empty value counts as not given. */
static const char *optional(const struct invocation *invocation, const char *name)
{
	const char *value = argument(invocation, name);

	return value && !text_is_none(value) ? value : NULL;
}

static int run(struct invocation *invocation)
{
	struct network network = { .name = argument(invocation, "network"),
				   .subnet = optional(invocation, "subnet"),
				   .netmask = optional(invocation, "netmask"),
				   .dnszone = optional(invocation, "dnszone"),
				   .mtu = integer_argument(invocation, "mtu") };

	return answer(invocation, db_network_add(invocation->db, &network));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("network", "its name", ARGUMENT_REQUIRED, NOTHING),
	ARGUMENT_TEXT("subnet", "its address: 10.1.0.0", 0, NOTHING),
	ARGUMENT_TEXT("netmask", "its netmask: 255.255.0.0", 0, NOTHING),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_INTEGER("mtu", "bytes in a packet", 0, DB_MTU_LEAST, DB_MTU_MOST),
	ARGUMENT_TEXT("dnszone", "the domain of its hosts", 0, NOTHING),
	ARGUMENT_BOOLEAN("servedns", "yes: changes nothing, rocks writes no DNS"),
	ARGUMENTS_END,
};

const struct command cmd_add_network = {
	.words = "add network",
	.summary = "add a network that interfaces can be in",
	.help = "A VM's interface connects to the interface that its container has in "
		"the same network.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "add network private 10.1.0.0 255.255.0.0\n"
		    "add network storage mtu=9000 dnszone=storage.example.org",
	.related =
		"list network\nremove network\nset network netmask\nadd host interface",
	.flags = COMMAND_WRITES,
	.run = run,
};
