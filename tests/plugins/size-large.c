/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin built with a later rocks-plugin.h, in which everything has grown. */
#include "tests/plugins/fake-document.h"

struct later_hypervisor {
	struct rocks_hypervisor now;
	int (*later)(const struct rocks_vm *vm);
};

struct later_plugin {
	struct rocks_plugin now;
	const char *later[64];
};

static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
		 struct rocks_failure *failure)
{
	(void)failure;
	fake_document_add(document,
			  ROCKS_HAS(struct rocks_vm, vm, card) ? " later" : "?");
	return 0;
}

static const struct later_hypervisor hypervisor = {
	.now = { .size = sizeof(struct later_hypervisor) },
};

extern ROCKS_PLUGIN_VISIBLE const struct later_plugin rocks_plugin;
const struct later_plugin rocks_plugin = {
	.now = {
		.abi = ROCKS_PLUGIN_ABI,
		.size = sizeof(struct later_plugin),
		.name = "size-large",
		.amend = amend,
		.hypervisor = &hypervisor.now,
	},
	.later = { "something" },
};
