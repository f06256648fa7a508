/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which functions are held, and by whom: found out once for all of them. */
#ifndef SRC_GPUPCI_HOLD_HELD_H
#define SRC_GPUPCI_HOLD_HELD_H

#include <stdbool.h>
#include <stddef.h>

#include "src/gpupci/cards/pick.h"
#include "src/gpupci/hold/holder.h"

enum held_state {
	HELD_UNKNOWN, /* not all could be looked at, and of what could nobody has it */
	HELD_NO,
	HELD_YES,
};

enum held_owners {
	HELD_BY_CARD,	  /* a holder's owner is that of the pick */
	HELD_BY_FUNCTION, /* it is the number of the pick */
};

struct held {
	struct holders holders; /* sentences in unknown: what could not be looked at */
	struct held_function {
		enum held_state state;
		bool is_doubted; /* there may be more holders than those that were seen */
	} * functions;		 /* one for each pick */
	size_t count;
};

#define HELD_EMPTY                     \
	{                              \
		HOLDERS_EMPTY, NULL, 0 \
	}

/*
 * Finds the holders of the picks, whose drivers were read; bridges and what is missing
 * have none. count_up: see holders_find_uses(). 0 or -ENOMEM; released with
 * held_release(), also after an error.
 */
int held_read(struct held *held, struct root *root, const struct picks *picks,
	      enum held_owners owners, bool count_up);

/* Whether the pick of that number is held. */
enum held_state held_state(const struct held *held, size_t number);

/* What a function is to the host, whoever holds it. */
#define HELD_MOST_ROLES 3

/*
 * Sentences on what the host needs the function for, as a bridge or as its display. Returns
 * how many there are.
 */
size_t held_roles(const struct pci_function *function,
		  const char *ret_roles[HELD_MOST_ROLES]);

/*
 * Whether the host itself uses the pick of that number, by its role or as a holder. A VM
 * that has it through vfio is not the host. held was read by function.
 */
enum held_state held_by_host(const struct held *held, const struct picks *picks,
			     size_t number);

void held_release(struct held *held);

#define _cleanup_held_ __attribute__((cleanup(held_release)))

#endif
