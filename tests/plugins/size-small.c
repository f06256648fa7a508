/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin whose description ends before its name. */
#include "plugins/rocks-plugin.h"

extern ROCKS_PLUGIN_VISIBLE const uint32_t rocks_plugin[2];
const uint32_t rocks_plugin[2] = { ROCKS_PLUGIN_ABI, sizeof(rocks_plugin) };
