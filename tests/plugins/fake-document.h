/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A document that is a line of text, for plugins that know no XML. */
#ifndef TESTS_PLUGINS_FAKE_DOCUMENT_H
#define TESTS_PLUGINS_FAKE_DOCUMENT_H

#include <string.h>

#include "plugins/rocks-plugin.h"

struct _xmlDoc {
	char text[1024];
};

static inline void fake_document_add(struct _xmlDoc *document, const char *word)
{
	strncat(document->text, word,
		sizeof(document->text) - strlen(document->text) - 1);
}

#endif
