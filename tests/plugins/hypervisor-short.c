/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hypervisor whose table is cut off. */
#include "plugins/rocks-plugin.h"

static const struct rocks_hypervisor hypervisor = { .size = sizeof(uint32_t) };

ROCKS_PLUGIN(.name = "hypervisor-short", .hypervisor = &hypervisor);
