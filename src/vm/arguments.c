/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands that start, stop, pause and resume VMs take. */
#include "src/fleet/fan-out.h"
#include "src/vm/arguments.h"
#include "src/vm/hypervisor.h"

int run_power(const struct invocation *invocation, enum vm_power power,
	      const char *action)
{
	const struct context context = context_of(invocation);
	struct power_wish wish = { .power = power,
				   .action = action,
				   .vms = { invocation->many, invocation->many_count } };
	const int64_t *given;
	int r = integer_argument(invocation, "timeout", 1, TIMEOUT_MOST, &wish.timeout,
				 &given);

	if (r == ROCKS_DONE && !given)
		wish.timeout = HYPERVISOR_SECONDS;
	return r == ROCKS_DONE ? change_power(&context, &wish) : r;
}
