/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which functions are held, and by whom: found in one pass for all of them. */
#ifndef SRC_GPUPCI_HOLD_HELD_H
#define SRC_GPUPCI_HOLD_HELD_H

#include <stdbool.h>
#include <stddef.h>

#include "src/gpupci/cards/pick.h"
#include "src/gpupci/hold/holder.h"

enum held_state {
	HELD_UNKNOWN, /* no holder seen, but not everything could be read */
	HELD_NO,
	HELD_YES,
};

enum held_owners {
	HELD_BY_CARD,	  /* a holder's owner is the owner of the pick */
	HELD_BY_FUNCTION, /* a holder's owner is the index of the pick */
};

struct held {
	struct holders holders; /* unknown lists what could not be read */
	struct held_function {
		enum held_state state;
		bool is_doubted; /* there may be holders that were not seen */
	} * functions;		 /* one per pick */
	size_t count;
};

#define HELD_EMPTY                     \
	{                              \
		HOLDERS_EMPTY, NULL, 0 \
	}

/*
 * Finds the holders of the picks, whose drivers were read; bridges and missing functions
 * have none. count_up: see holders_find_uses(). Returns 0 or -ENOMEM; release with
 * held_release(), also after an error.
 */
int held_read(struct held *held, struct root *root, const struct picks *picks,
	      enum held_owners owners, bool count_up);

/* Whether the pick with that index is held. */
enum held_state held_state(const struct held *held, size_t number);

/* How many roles a function can have for the host, whoever holds it. */
#define HELD_MOST_ROLES 3

/*
 * Lists, as static sentences, what the host needs the function for, such as a bridge or
 * its display. Returns how many there are.
 */
size_t held_roles(const struct pci_function *function,
		  const char *ret_roles[HELD_MOST_ROLES]);

/*
 * Whether the host itself uses the pick with that index, through its role or as a holder.
 * A VM that has it through vfio is not the host. held was read with HELD_BY_FUNCTION.
 */
enum held_state held_by_host(const struct held *held, const struct picks *picks,
			     size_t number);

void held_release(struct held *held);

#define _cleanup_held_ __attribute__((cleanup(held_release)))

#endif
