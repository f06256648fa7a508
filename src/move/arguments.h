/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The arguments of a move. */
#ifndef SRC_MOVE_ARGUMENTS_H
#define SRC_MOVE_ARGUMENTS_H

#include "src/move/move.h"

extern const struct argument move_arguments[], move_parameters[];

/*
 * Take the VM, the wish for a new move, and how to end an interrupted move. ROCKS_DONE,
 * or an exit status after printing an error; the caller releases ret_vm.
 */
int take_moving_vm(const struct invocation *invocation, struct host_set *ret_vm);
void take_move_wish(const struct invocation *invocation, struct move_wish *wish);
int take_move_end(const struct invocation *invocation, bool *ret_resume, bool *ret_undo);

#endif
