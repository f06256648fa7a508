/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin that calls what nothing has. */
#include "plugins/rocks-plugin.h"

int rocks_missing_function(const struct rocks_vm *vm, struct _xmlDoc *document,
			   struct rocks_failure *failure);

static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
		 struct rocks_failure *failure)
{
	return rocks_missing_function(vm, document, failure);
}

ROCKS_PLUGIN(.name = "unresolved", .amend = amend);
