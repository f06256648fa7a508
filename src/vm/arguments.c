/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands that start, stop, pause and resume VMs take. */
#include "src/vm/arguments.h"
#include "src/vm/hypervisor.h"

int run_power(const struct invocation *invocation, enum vm_power power,
	      const char *action)
{
	const struct context context = context_of(invocation);
	const int64_t *timeout = integer_argument(invocation, "timeout");
	struct power_wish wish = {
		.power = power,
		.action = action,
		.timeout = timeout ? *timeout : HYPERVISOR_SECONDS,
		.vms = { invocation->many, invocation->many_count },
	};

	if (power == VM_START && boolean_argument(invocation, "replace", false))
		wish.flags |= VM_START_REPLACES;
	if (power == VM_START && boolean_argument(invocation, "elsewhere", false))
		wish.flags |= VM_START_ELSEWHERE;
	return change_power(&context, &wish);
}
