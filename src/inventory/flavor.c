/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user says about a flavor. */
#include "db/store/limits.h"
#include "lib/text.h"
#include "src/inventory/flavor.h"

const struct argument flavor_parameters[] = {
	ARGUMENT_TEXT("gpu", "cards by model, such as T4:2,TitanXp:1; or none", 0,
		      NOTHING),
	ARGUMENT_INTEGER("cpus", "number of CPUs; or none", ARGUMENT_CLEARS, 1,
			 DB_CPUS_MOST),
	ARGUMENT_INTEGER("mem", "memory in MiB; or none", ARGUMENT_CLEARS, 1,
			 DB_MEMORY_MOST),
	ARGUMENT_TEXT("disksize", "sizes of the disks in GB, such as '20 600'; or none",
		      0, NOTHING),
	ARGUMENT_WORD("near",
		      "where the cards are: anywhere, on one NUMA node, below one PCIe "
		      "switch; no by default",
		      0, "no node switch"),
	ARGUMENT_TEXT("aggregate", "hosts that VMs of it go to; or none", 0, AGGREGATE),
	ARGUMENTS_END,
};

/* Text that was given; "" if it stands for none. */
static const char *text_or_none(const struct invocation *invocation, const char *name)
{
	const char *value = argument(invocation, name);

	return value && text_is_none(value) ? "" : value;
}

/* A number that was given; zero, which is 0, if the value clears it. */
static const int64_t *number_or_none(const struct invocation *invocation,
				     const char *name, const int64_t *zero)
{
	const int64_t *number = integer_argument(invocation, name);

	return !number && argument(invocation, name) ? zero : number;
}

int take_flavor_change(const struct invocation *invocation, struct flavor_values *values,
		       struct flavor_change *ret_change)
{
	const char *gpu = text_or_none(invocation, "gpu"), *problem;

	*values = (struct flavor_values){ .none = 0 };
	if (gpu && *gpu && wish_list_parse(gpu, &values->cards, &problem) < 0)
		return error("gpu=«%s»: %s", gpu, problem);
	*ret_change = (struct flavor_change){
		.cards = gpu ? &values->cards : NULL,
		.cpus = number_or_none(invocation, "cpus", &values->none),
		.mem = number_or_none(invocation, "mem", &values->none),
		.disk_sizes = text_or_none(invocation, "disksize"),
		.near = argument(invocation, "near"),
		.aggregate = text_or_none(invocation, "aggregate"),
	};
	return ROCKS_DONE;
}

bool flavor_change_is_nothing(const struct flavor_change *change)
{
	return !change->cards && !change->cpus && !change->mem && !change->disk_sizes &&
	       !change->near && !change->aggregate;
}
