/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks for drift on many hosts. */
#ifndef SRC_DRIFT_FLEET_H
#define SRC_DRIFT_FLEET_H

#include "src/cli/command.h"

/*
 * Asks the hosts (from take_vm_hosts()) and their libvirts, and fills the table. With
 * repairing, first makes the repairs of drift_repairs and looks again. ROCKS_DONE if all
 * agree, ROCKS_FAILED if there is a row, ROCKS_BLIND, after printing an error, if a host
 * could not be asked or its answer makes no sense.
 */
int drift_fleet(const struct context *context, const struct host_set *hosts,
		bool repairing, struct table *table);

#endif
