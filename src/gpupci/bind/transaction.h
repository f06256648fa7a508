/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Brings all functions of a card to one side of a plan. */
#ifndef SRC_GPUPCI_BIND_TRANSACTION_H
#define SRC_GPUPCI_BIND_TRANSACTION_H

#include "lib/strbuf.h"
#include "src/gpupci/bind/kernel.h"
#include "src/gpupci/bind/plan.h"

/*
 * All of these return 0 or -errno with a sentence appended to fault (none for -ENOMEM).
 * -ETIMEDOUT with kernel->deadline.passed set: the kernel did not return and may still act
 * on the request.
 */

/*
 * Checks that a function is still the device the plan means, without taking the lock of
 * the device. -ENODEV if it is gone or replaced.
 */
int transaction_find(const struct kernel *kernel, const struct plan_function *function,
		     struct strbuf *fault);

/*
 * Reads how all functions of the plan are bound now; now[] has room for plan->count.
 * Checks that they are the devices the plan means, and that the kernel is not busy with
 * any of them, by reading an attribute that takes the lock. -ENODEV if a device is gone
 * or replaced.
 */
int transaction_look(struct kernel *kernel, const struct plan *plan, struct binding now[],
		     struct strbuf *fault);

/* Lists the steps from the current bindings, as plan_steps(), which says who frees them. */
int transaction_steps(struct kernel *kernel, const struct plan *plan, enum plan_side side,
		      struct steps *ret_steps, struct strbuf *fault);

/*
 * Brings all functions to that side and checks that they are there. Stops at the first
 * error; the caller decides whether to go back. -EINTR: a fatal signal, which the caller
 * blocks, was pending before a step towards PLAN_AFTER; the way back ignores signals.
 * -ENOENT: a driver is missing. -EIO: the kernel accepted every write, but a function is
 * not there.
 */
int transaction_run(struct kernel *kernel, const struct plan *plan, enum plan_side side,
		    struct strbuf *fault);

/*
 * Whether all functions are on that side. With or_none, a function that may have any
 * driver also counts if it has none.
 */
bool transaction_is_there(const struct plan *plan, enum plan_side side,
			  const struct binding now[], bool or_none);

/* Whether a fatal signal is pending. */
bool transaction_interrupted(void);

#endif
