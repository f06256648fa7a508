/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards of physical hosts, as other programs read them. */
#ifndef SRC_INVENTORY_REPORT_GPU_H
#define SRC_INVENTORY_REPORT_GPU_H

#include "src/cli/command.h"

/*
 * Prints the cards of the hosts on stdout; format is prometheus or slurm. Skips VMs. Returns
 * ROCKS_DONE, or what to exit with after printing an error.
 */
int gpu_report(const struct invocation *invocation, const struct host_set *hosts,
	       const char *format);

#endif
