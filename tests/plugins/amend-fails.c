/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin that fails as FAKE_AMEND says: explained, silently, or with no error number. */
#include <errno.h>
#include <stdlib.h>

#include "tests/plugins/fake-document.h"

static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
		 struct rocks_failure *failure)
{
	const char *how = getenv("FAKE_AMEND");

	(void)vm;
	fake_document_add(document, " half");
	if (how && strcmp(how, "silently") == 0)
		return -EIO;
	if (how && strcmp(how, "positively") == 0)
		return 7;
	failure->explain(failure, "the site's rack is full; ask for another");
	return how && strcmp(how, "not") == 0 ? 0 : -ENOSPC;
}

ROCKS_PLUGIN(.name = "amend-fails", .order = 500, .amend = amend);
