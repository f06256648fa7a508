/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin with the name of another. */
#include "tests/plugins/fake-document.h"

static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
		 struct rocks_failure *failure)
{
	(void)vm;
	(void)failure;
	fake_document_add(document, " amend-twin");
	return 0;
}

ROCKS_PLUGIN(.name = "plain", .amend = amend);
