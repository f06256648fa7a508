/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which line of a batch gave a host which card. */
#ifndef ROCKS_BATCH_CARDS_H
#define ROCKS_BATCH_CARDS_H

#include <stddef.h>
#include <stdint.h>

struct batch_card {
	uint64_t hash; /* of the host's name and the card's */
	size_t line;
};

struct batch_cards {
	struct batch_card *cards;
	size_t count, room;
	size_t sorted; /* how many at the front are in order */
};

/* 0 or -ENOMEM. */
int batch_cards_add(struct batch_cards *cards, const char *host, const char *name,
		    size_t line);

/* The line, or other when none is known. */
size_t batch_cards_find(struct batch_cards *cards, const char *host, const char *name,
			size_t other);

#endif
