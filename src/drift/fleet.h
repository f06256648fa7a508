/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking for drift on many hosts. */
#ifndef SRC_DRIFT_FLEET_H
#define SRC_DRIFT_FLEET_H

#include "src/cli/command.h"

/*
 * Asks the hosts, as take_vm_hosts() takes them, and their libvirts, and fills the table;
 * before, repairing does what drift_repairs says, and then looks again. ROCKS_DONE when
 * all agree, ROCKS_FAILED when there is a row, ROCKS_BLIND, after a word about it, when
 * some host could not be asked or answered garbage.
 */
int drift_fleet(const struct context *context, const struct host_set *hosts,
		bool repairing, struct table *table);

#endif
