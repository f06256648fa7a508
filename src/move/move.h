/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cold move: a VM with its cards and disks goes from one container to another. */
#ifndef SRC_MOVE_MOVE_H
#define SRC_MOVE_MOVE_H

#include "src/cli/command.h"

struct move_wish {
	struct host_ref *vm;
	const struct host_ref *target;
	bool shared; /* its files are on storage that both containers have */
	bool dryrun;
	const char *action; /* poweroff, shutdown */
	int64_t patience;   /* seconds that a shutdown may take */
};

/*
 * Looks whether it can be done, writes it down and does it; dryrun: tells, and does
 * nothing.
 */
int move_begin(const struct context *context, const struct move_wish *wish);

/* Goes on with a move that was begun, or takes it back. */
int move_resume(const struct context *context, struct host_ref *vm);
int move_undo(const struct context *context, struct host_ref *vm);

#endif
