/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin that names no order: what a site writes. */
#include "tests/plugins/fake-document.h"

static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
		 struct rocks_failure *failure)
{
	(void)vm;
	(void)failure;
	fake_document_add(document, " amend-plain");
	return 0;
}

ROCKS_PLUGIN(.name = "plain", .amend = amend);
