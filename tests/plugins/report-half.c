/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A report that cannot be written. */
#include "plugins/rocks-plugin.h"

static const struct rocks_report report = { .size = sizeof(report), .name = "page" };

ROCKS_PLUGIN(.name = "report-half", .report = &report);
