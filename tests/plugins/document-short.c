/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin whose table of document operations is cut off. */
#include "tests/plugins/fake-document.h"

static const struct rocks_document operations = { .size = sizeof(uint32_t) };

ROCKS_PLUGIN(.name = "document-short", .document = &operations);
