/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cold move: a VM with its cards and disks goes from one container to another. */
#ifndef SRC_MOVE_MOVE_H
#define SRC_MOVE_MOVE_H

#include "src/cli/command.h"

struct move_wish {
	struct host_ref *vm;
	const struct host_ref *target;
	bool shared; /* refuse if a disk would have to be copied */
	bool dryrun;
	const char *action; /* poweroff, shutdown */
	int64_t patience;   /* seconds that a shutdown may take */
};

/*
 * Checks whether the VM can move, records the move and makes it; dryrun only prints the
 * plan. ROCKS_DONE, or an exit status after printing an error.
 */
int move_begin(const struct context *context, const struct move_wish *wish);

/* Continue or undo an interrupted move. ROCKS_DONE, or a status after printing an error. */
int move_resume(const struct context *context, struct host_ref *vm);
int move_undo(const struct context *context, struct host_ref *vm);

#endif
