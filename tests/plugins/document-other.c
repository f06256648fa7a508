/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A second plugin that makes the document. */
#include "tests/plugins/fake-document.h"

static int open_document(const struct rocks_vm *vm, struct _xmlDoc **ret_document,
			 struct rocks_failure *failure)
{
	(void)vm;
	(void)ret_document;
	(void)failure;
	return -1;
}

static int write_document(struct _xmlDoc *document, char **ret_text, size_t *ret_length,
			  struct rocks_failure *failure)
{
	(void)document;
	(void)ret_text;
	(void)ret_length;
	(void)failure;
	return -1;
}

static void free_text(char *text)
{
	(void)text;
}

static void close_document(struct _xmlDoc *document)
{
	(void)document;
}

static const struct rocks_document operations = {
	.size = sizeof(operations),
	.open = open_document,
	.write = write_document,
	.free_text = free_text,
	.close = close_document,
};

ROCKS_PLUGIN(.name = "document-other", .document = &operations);
