/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which functions of the cards are held, and by whom: found out once for all of them. */
#ifndef SRC_GPUPCI_HELD_H
#define SRC_GPUPCI_HELD_H

#include <stdbool.h>
#include <stddef.h>

#include "src/gpupci/holder.h"
#include "src/gpupci/host.h"

enum held_state {
	HELD_UNKNOWN, /* not all could be looked at, and of what could nobody has it */
	HELD_NO,
	HELD_YES,
};

enum held_owners {
	HELD_BY_CARD,	  /* a holder's owner is an index into the host's cards */
	HELD_BY_FUNCTION, /* it is a number as that of held_state() */
};

struct held {
	struct holders holders; /* sentences in unknown: what could not be looked at */
	enum held_state *states;
	size_t count;
};

#define HELD_EMPTY                     \
	{                              \
		HOLDERS_EMPTY, NULL, 0 \
	}

/*
 * Finds the holders of the cards that selected[] has a flag for (NULL: of all), which were
 * read. 0 or -ENOMEM; released with held_release(), also after an error.
 */
int held_read(struct held *held, const struct host *host, const bool *selected,
	      enum held_owners owners);

/*
 * Of a function, by its number: the functions are counted from 0 over all cards, in the
 * order of cards and members.
 */
enum held_state held_state(const struct held *held, size_t number);

void held_release(struct held *held);

#define _cleanup_held_ __attribute__((cleanup(held_release)))

#endif
