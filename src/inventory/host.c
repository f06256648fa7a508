/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands about hosts share. */
#include "db/store/limits.h"
#include "lib/text.h"
#include "src/inventory/host.h"

const struct argument host_parameters[] = {
	ARGUMENT_TEXT("membership",
		      "the appliance, by its name or membership, in any case", 0,
		      APPLIANCE),
	ARGUMENT_INTEGER("rack", "number of the rack", 0, 0, DB_RACK_MOST),
	ARGUMENT_INTEGER("rank", "number in the rack", 0, 0, DB_RANK_MOST),
	ARGUMENT_INTEGER("cpus", "number of CPUs", 0, 1, DB_CPUS_MOST),
	ARGUMENT_TEXT("os", "operating system", 0, NOTHING),
	ARGUMENT_TEXT("runaction", "what it boots", 0, NOTHING),
	ARGUMENT_TEXT("installaction", "what it boots for an installation", 0, NOTHING),
	ARGUMENTS_END,
};

const char *take_action(const char *word)
{
	return word && text_is_none(word) ? "" : word;
}

struct host_change take_host_change(const struct invocation *invocation)
{
	return (struct host_change){
		.membership = argument(invocation, "membership"),
		.rack = integer_argument(invocation, "rack"),
		.rank = integer_argument(invocation, "rank"),
		.cpus = integer_argument(invocation, "cpus"),
		.os = argument(invocation, "os"),
		.runaction = take_action(argument(invocation, "runaction")),
		.installaction = take_action(argument(invocation, "installaction")),
	};
}

int change_hosts(struct invocation *invocation, const struct host_change *change)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = take_hosts(invocation, &hosts);

	if (r != ROCKS_DONE)
		return r;
	return answer(invocation, db_host_set(invocation->db, &hosts, change));
}
