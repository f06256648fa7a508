/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A report whose table is cut off. */
#include "plugins/rocks-plugin.h"

static const struct rocks_report report = { .size = sizeof(uint32_t) };

ROCKS_PLUGIN(.name = "report-short", .report = &report);
