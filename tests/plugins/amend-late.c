/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin that comes after all that name no order, though its file and name come first. */
#include "tests/plugins/fake-document.h"

static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
		 struct rocks_failure *failure)
{
	(void)vm;
	(void)failure;
	fake_document_add(document, " amend-late");
	return 0;
}

ROCKS_PLUGIN(.name = "a-late", .order = 1001, .amend = amend);
