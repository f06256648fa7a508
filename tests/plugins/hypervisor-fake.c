/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hypervisor that refuses. */
#include <errno.h>
#include <string.h>

#include "plugins/rocks-plugin.h"

static int stop(const struct rocks_vm *vm, const char *action,
		struct rocks_failure *failure)
{
	if (strcmp(action, "poweroff") == 0)
		return 0;
	failure->explain(failure, vm->container);
	return -EBUSY;
}

static const struct rocks_hypervisor hypervisor = {
	.size = sizeof(hypervisor),
	.stop = stop,
};

ROCKS_PLUGIN(.name = "hypervisor-fake", .hypervisor = &hypervisor);
