/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hypervisor that does whatever it is asked. */
#include "plugins/rocks-plugin.h"

static int stop(const struct rocks_vm *vm, const char *action,
		struct rocks_failure *failure)
{
	(void)vm;
	(void)action;
	(void)failure;
	return 0;
}

static int suspend(const struct rocks_vm *vm, struct rocks_failure *failure)
{
	(void)vm;
	(void)failure;
	return 0;
}

static int domains(const struct rocks_vm *vm,
		   int (*each)(void *data, const struct rocks_domain *domain), void *data,
		   struct rocks_failure *failure)
{
	(void)vm;
	(void)each;
	(void)data;
	(void)failure;
	return 0;
}

static const struct rocks_hypervisor hypervisor = {
	.size = sizeof(hypervisor),
	.stop = stop,
	.start = stop,
	.pause = suspend,
	.resume = suspend,
	.domains = domains,
};

ROCKS_PLUGIN(.name = "hypervisor-willing", .hypervisor = &hypervisor);
