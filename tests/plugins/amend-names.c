/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin that writes down every attribute of a VM. */
#include "tests/plugins/fake-document.h"

static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
		 struct rocks_failure *failure)
{
	(void)failure;
	for (uint32_t i = 0; i < vm->attribute_count; i++) {
		const char *name = vm->attribute_name(vm, i);

		fake_document_add(document, " ");
		fake_document_add(document, name);
		fake_document_add(document, "=");
		fake_document_add(document, vm->attribute(vm, name));
	}
	fake_document_add(document, "\n");
	return 0;
}

ROCKS_PLUGIN(.name = "amend-names", .amend = amend);
