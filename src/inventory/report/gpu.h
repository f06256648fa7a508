/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards of physical hosts, as other programs read them. */
#ifndef SRC_INVENTORY_REPORT_GPU_H
#define SRC_INVENTORY_REPORT_GPU_H

#include "src/cli/command.h"

/*
 * Prints the cards of those hosts in the format prometheus or slurm; VMs are passed over.
 * ROCKS_USAGE after a word for any other format.
 */
int gpu_report(const struct invocation *invocation, const struct host_set *hosts,
	       const char *format);

#endif
