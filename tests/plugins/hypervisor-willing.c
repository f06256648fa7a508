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

/* Nothing is defined as any VM. */
static int definition(const struct rocks_vm *vm,
		      int (*each)(void *data, const struct rocks_definition *definition),
		      void *data, struct rocks_failure *failure)
{
	(void)vm;
	(void)each;
	(void)data;
	(void)failure;
	return 1;
}

static int define(const struct rocks_vm *vm, const char *xml, int32_t autostart,
		  struct rocks_failure *failure)
{
	(void)vm;
	(void)xml;
	(void)autostart;
	(void)failure;
	return 0;
}

/* There are none. */
static int descriptions(const struct rocks_vm *vm,
			int (*each)(void *data,
				    const struct rocks_description *description),
			void *data, struct rocks_failure *failure)
{
	(void)vm;
	(void)each;
	(void)data;
	(void)failure;
	return 0;
}

static const struct rocks_hypervisor hypervisor = {
	.size = sizeof(hypervisor),
	.descriptions = descriptions,
	.stop = stop,
	.start = stop,
	.pause = suspend,
	.resume = suspend,
	.domains = domains,
	.definition = definition,
	.define = define,
	.undefine = suspend,
};

ROCKS_PLUGIN(.name = "hypervisor-willing", .hypervisor = &hypervisor);
