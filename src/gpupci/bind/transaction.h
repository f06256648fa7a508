/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bringing all functions of a card to one side of a plan. */
#ifndef SRC_GPUPCI_BIND_TRANSACTION_H
#define SRC_GPUPCI_BIND_TRANSACTION_H

#include "lib/strbuf.h"
#include "src/gpupci/bind/kernel.h"
#include "src/gpupci/bind/plan.h"

/*
 * All of these return 0 or -errno with a sentence in fault (none for -ENOMEM). -ETIMEDOUT
 * with kernel->deadline.passed set: the kernel did not come back, and may yet do what it
 * was asked. -EINTR: a signal that would have ended us waits; nothing is left half-way
 * in the kernel, but not all was done.
 */

/*
 * Makes sure that a function is the device the plan means, without asking the kernel for
 * its lock. -ENODEV when it is gone or another.
 */
int transaction_find(const struct kernel *kernel, const struct plan_function *function,
		     struct strbuf *fault);

/*
 * Looks at how all functions of the plan are bound now; now[] has room for plan->count.
 * Makes sure that they are the devices the plan means, and that the kernel is not busy
 * with one of them (it is asked for what only its lock gives). -ENODEV for a device that
 * is gone or another.
 */
int transaction_look(struct kernel *kernel, const struct plan *plan, struct binding now[],
		     struct strbuf *fault);

/* What plan_steps() gives from how the functions are bound now. */
int transaction_steps(struct kernel *kernel, const struct plan *plan, enum plan_side side,
		      struct steps *ret_steps, struct strbuf *fault);

/*
 * Brings all functions to that side and makes sure that they are there. An error in
 * the middle ends it: the caller decides whether to go back. Where signals are to give
 * -EINTR they are blocked by the caller.
 */
int transaction_run(struct kernel *kernel, const struct plan *plan, enum plan_side side,
		    struct strbuf *fault);

/*
 * Whether all functions are on that side. A function for any driver that none took counts
 * as there when or_none.
 */
bool transaction_is_there(const struct plan *plan, enum plan_side side,
			  const struct binding now[], bool or_none);

/* Whether a signal that would end us waits to be delivered. */
bool transaction_interrupted(void);

#endif
