/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the inventory, a host, its libvirt and the running VMs disagree. */
#ifndef SRC_DRIFT_DRIFT_H
#define SRC_DRIFT_DRIFT_H

#include "src/drift/row.h"

/*
 * Adds a row for each disagreement. ROCKS_DONE, or an exit status after printing an error
 * that names the host.
 */
int drift_look(struct drift *drift);

#endif
