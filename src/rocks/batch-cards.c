/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which line of a batch gave a host which card. */
#include <errno.h>
#include <stdlib.h>

#include "src/rocks/batch-cards.h"

#define UNSORTED_MOST 4096

/* FNV-1a, the NUL of each word included. */
static uint64_t hash_words(const char *host, const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	const char *words[] = { host, name };

	for (size_t i = 0; i < 2; i++) {
		const char *c = words[i];

		do
			hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
		while (*c++);
	}
	return hash;
}

int batch_cards_add(struct batch_cards *cards, const char *host, const char *name,
		    size_t line)
{
	if (cards->count == cards->room) {
		size_t room = cards->room ? cards->room * 2 : 1024;
		struct batch_card *more = reallocarray(cards->cards, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		cards->cards = more;
		cards->room = room;
	}
	cards->cards[cards->count++] =
		(struct batch_card){ hash_words(host, name), line };
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct batch_card *left = a, *right = b;

	return (left->hash > right->hash) - (left->hash < right->hash);
}

size_t batch_cards_find(struct batch_cards *cards, const char *host, const char *name,
			size_t other)
{
	struct batch_card wanted = { hash_words(host, name), 0 }, *found;

	if (cards->count - cards->sorted > UNSORTED_MOST) {
		qsort(cards->cards, cards->count, sizeof(*cards->cards), compare);
		cards->sorted = cards->count;
	}
	for (size_t i = cards->sorted; i < cards->count; i++)
		if (cards->cards[i].hash == wanted.hash)
			return cards->cards[i].line;
	found = cards->sorted ? bsearch(&wanted, cards->cards, cards->sorted,
					sizeof(wanted), compare)
			      : NULL;
	return found ? found->line : other;
}
