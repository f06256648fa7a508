/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory of the host in the document of --list: doc/gpupci-scan.rst. */
#ifndef SRC_GPUPCI_ACTIONS_MEMORY_H
#define SRC_GPUPCI_ACTIONS_MEMORY_H

#include "lib/json.h"
#include "src/gpupci/hold/held.h"

/*
 * Writes the key memory: how much the host has, its huge pages, and the memory of each
 * process that has a function of held open through VFIO. Writes nothing if /proc/meminfo
 * cannot be read.
 */
void memory_write(struct json *json, struct root *root, const struct held *held);

#endif
