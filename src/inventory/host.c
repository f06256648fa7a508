/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands about hosts share. */
#include "db/store/limits.h"
#include "src/inventory/host.h"

const struct argument host_parameters[] = {
	{ "membership", "the appliance, by its name or membership, in any case", 0 },
	{ "rack", "number of the rack", 0 },
	{ "rank", "number in the rack", 0 },
	{ "cpus", "number of CPUs", 0 },
	{ "os", "operating system", 0 },
	{ "runaction", "what it boots", 0 },
	{ "installaction", "what it boots to be installed", 0 },
	{ NULL, NULL, 0 },
};

int take_host_change(const struct invocation *invocation, struct host_numbers *numbers,
		     struct host_change *ret_change)
{
	struct host_change change = {
		.membership = argument(invocation, "membership"),
		.os = argument(invocation, "os"),
		.runaction = argument(invocation, "runaction"),
		.installaction = argument(invocation, "installaction"),
	};
	int r = integer_argument(invocation, "rack", 0, DB_RACK_MOST, &numbers->rack,
				 &change.rack);

	if (r == ROCKS_DONE)
		r = integer_argument(invocation, "rank", 0, DB_RANK_MOST, &numbers->rank,
				     &change.rank);
	if (r == ROCKS_DONE)
		r = integer_argument(invocation, "cpus", 1, DB_CPUS_MOST, &numbers->cpus,
				     &change.cpus);
	if (r == ROCKS_DONE)
		*ret_change = change;
	return r;
}

int change_hosts(struct invocation *invocation, const struct host_change *change)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = take_hosts(invocation, &hosts);

	if (r != ROCKS_DONE)
		return r;
	return answer(invocation, db_host_set(invocation->db, &hosts, change));
}
