/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin that makes the document; FAKE_DOCUMENT says how it fails. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/plugins/fake-document.h"

static int fails(const char *operation)
{
	const char *wanted = getenv("FAKE_DOCUMENT");

	return wanted && strcmp(wanted, operation) == 0;
}

/* What it handed out and has not got back, for the test to look at. */
static void count(int change)
{
	const char *now = getenv("FAKE_DOCUMENTS");
	char text[16];

	snprintf(text, sizeof(text), "%d", (now ? atoi(now) : 0) + change);
	setenv("FAKE_DOCUMENTS", text, 1);
}

static int open_document(const struct rocks_vm *vm, struct _xmlDoc **ret_document,
			 struct rocks_failure *failure)
{
	struct _xmlDoc *document;

	if (fails("open")) {
		failure->explain(failure, "no door; build one");
		return -EIO;
	}
	if (fails("nothing"))
		return 0;
	document = calloc(1, sizeof(*document));
	if (!document)
		return -ENOMEM;
	count(1);
	fake_document_add(document, vm->name);
	*ret_document = document;
	return 0;
}

static int write_document(struct _xmlDoc *document, char **ret_text, size_t *ret_length,
			  struct rocks_failure *failure)
{
	char *text;

	if (fails("write")) {
		failure->explain(failure, "no ink");
		failure->explain(failure, "no paper; buy some");
		return -ENOSPC;
	}
	text = strdup(document->text);
	if (!text)
		return -ENOMEM;
	count(1);
	*ret_text = text;
	*ret_length = strlen(text);
	return 0;
}

static void free_text(char *text)
{
	count(-1);
	free(text);
}

static void close_document(struct _xmlDoc *document)
{
	count(-1);
	free(document);
}

static const struct rocks_document operations = {
	.size = sizeof(operations),
	.open = open_document,
	.write = write_document,
	.free_text = free_text,
	.close = close_document,
};

ROCKS_PLUGIN(.name = "fake-document", .document = &operations);
