/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin whose document cannot be written. */
#include "tests/plugins/fake-document.h"

static const struct rocks_document operations = { .size = sizeof(operations) };

ROCKS_PLUGIN(.name = "document-half", .document = &operations);
