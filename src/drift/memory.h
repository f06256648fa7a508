/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where VMs with cards lock more memory than their host has for them, or not all of theirs. */
#ifndef SRC_DRIFT_MEMORY_H
#define SRC_DRIFT_MEMORY_H

#include "src/drift/row.h"

/*
 * Adds rows from drift->memory. 0, 1 after printing why it could not be judged, or -errno.
 */
int drift_check_memory(struct drift *drift);

#endif
