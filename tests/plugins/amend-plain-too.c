/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Another plugin that names no order. */
#include "tests/plugins/fake-document.h"

static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
		 struct rocks_failure *failure)
{
	(void)vm;
	(void)failure;
	fake_document_add(document, " amend-plain-too");
	return 0;
}

ROCKS_PLUGIN(.name = "plain-too", .amend = amend);
