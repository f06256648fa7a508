/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks report nextip: the next free IP address of a network. */
#include "db/network.h"
#include "db/store/limits.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	char ip[DB_IP_SIZE];
	int r = answer(invocation,
		       db_network_next_ip(invocation->db, argument(invocation, "subnet"),
					  argument(invocation, "baseip"),
					  integer_argument(invocation, "increment"), ip));

	if (r != ROCKS_DONE)
		return r;
	printf(boolean_argument(invocation, "json", false) ? "[{\"ip\": \"%s\"}]\n"
							   : "%s\n",
	       ip);
	return ROCKS_DONE;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("subnet", "the network", ARGUMENT_REQUIRED, NETWORK),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_TEXT("baseip",
		      "where to begin, which is not reported; by default the broadcast "
		      "address",
		      0, NOTHING),
	ARGUMENT_INTEGER("increment", "the step; -1 by default", 0, -DB_NEXTIP_STEP_MOST,
			 DB_NEXTIP_STEP_MOST),
	ARGUMENT_BOOLEAN("json", "yes: as JSON"),
	ARGUMENTS_END,
};

const struct command cmd_report_nextip = {
	.words = "report nextip",
	.summary = "print the next free IP address of a network",
	.help = "Prints the highest address of the network below its broadcast address "
		"that no interface has. Does not reserve it.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "report nextip private\nreport nextip private baseip=10.1.0.9 "
		    "increment=1",
	.related = "list network\nadd host interface\nreport vm nextmac",
	.flags = COMMAND_READS,
	.run = run,
};
