/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin of an ABI that does not exist yet. */
#include "tests/plugins/fake-document.h"

extern ROCKS_PLUGIN_VISIBLE const struct rocks_plugin rocks_plugin;
const struct rocks_plugin rocks_plugin = {
	.abi = ROCKS_PLUGIN_ABI + 1,
	.size = sizeof(struct rocks_plugin),
	.name = "abi-next",
};
