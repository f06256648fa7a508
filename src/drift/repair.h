/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Putting right what drift may be put right without asking anybody. */
#ifndef SRC_DRIFT_REPAIR_H
#define SRC_DRIFT_REPAIR_H

#include "src/cli/command.h"
#include "src/drift/repairs.h"

/*
 * Records the scan in the answer of a host, in a transaction of its own: ROCKS_DONE, a line on standard
 * error for each card whose row changed, or after a word about what failed.
 */
int drift_sync(const struct context *context, const char *host, const char *answer);

/* Defines a VM that is off as `rocks report host vm config` prints it; lines as above. */
int drift_define(const struct context *context, const struct drift_define *repair);

/*
 * Writes a claim or removes it, in a transaction of its own, unless libvirt no longer says so;
 * lines as above.
 */
int drift_repair_claim(const struct context *context, const struct host_ref *host,
		       const struct drift_claim_repair *repair);

#endif
