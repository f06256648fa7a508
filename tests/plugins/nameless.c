/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin without a name. */
#include "plugins/rocks-plugin.h"

ROCKS_PLUGIN(.order = 1);
