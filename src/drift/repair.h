/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the repairs that need nobody's consent. */
#ifndef SRC_DRIFT_REPAIR_H
#define SRC_DRIFT_REPAIR_H

#include "src/cli/command.h"
#include "src/drift/repairs.h"
#include "src/vm/definition.h"

/*
 * Records the scan in a host's answer, in a transaction of its own, and prints a line on
 * standard error for each card whose row changed. ROCKS_DONE, or an exit status after
 * printing an error.
 */
int drift_sync(const struct context *context, const char *host, const char *answer);

/*
 * Defines a VM that is off as `rocks report host vm config` prints it, unless its
 * definition would lose something. Lines and results as above; *ret_defined is set in any
 * case.
 */
int drift_define(const struct context *context, const struct drift_define *repair,
		 enum vm_defined *ret_defined);

/*
 * Writes or removes a claim, in a transaction of its own, unless libvirt no longer
 * agrees. Lines and results as above.
 */
int drift_repair_claim(const struct context *context, const struct host_ref *host,
		       const struct drift_claim_repair *repair);

#endif
