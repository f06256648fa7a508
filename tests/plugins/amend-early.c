/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin that comes first, though its file comes after others and its name last. */
#include "tests/plugins/fake-document.h"

static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
		 struct rocks_failure *failure)
{
	(void)vm;
	(void)failure;
	fake_document_add(document, " amend-early");
	return 0;
}

ROCKS_PLUGIN(.name = "z-early", .order = 1, .amend = amend);
