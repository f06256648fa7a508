/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which line of a batch was about which card of which host: a hash table. */
#ifndef ROCKS_BATCH_CARDS_H
#define ROCKS_BATCH_CARDS_H

#include <stddef.h>
#include <stdint.h>

struct batch_card {
	uint64_t hash; /* of the host's word and the card's name */
	size_t line;   /* 0: an empty place */
};

/* Starts as zeros. */
struct batch_cards {
	struct batch_card *cards;
	size_t count, room;
};

/* Notes the line, from 1, in place of an earlier one. Copies nothing. 0 or -ENOMEM. */
int batch_cards_add(struct batch_cards *cards, const char *host, const char *name,
		    size_t line);

/* The line, or other if none is known. */
size_t batch_cards_find(const struct batch_cards *cards, const char *host,
			const char *name, size_t other);

/* Frees all of it. */
void batch_cards_clear(struct batch_cards *cards);

#endif
