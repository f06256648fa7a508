/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which line of a batch was about which card of which host. */
#include <errno.h>
#include <stdlib.h>

#include "src/rocks/batch/cards.h"

#define FIRST_ROOM 1024 /* a power of two, and stays one */

/* FNV-1a, with the NUL of each word. */
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

/* Where the card is, or would be. */
static struct batch_card *place_of(const struct batch_cards *cards, uint64_t hash)
{
	size_t i = (size_t)hash & (cards->room - 1);

	while (cards->cards[i].line && cards->cards[i].hash != hash)
		i = (i + 1) & (cards->room - 1);
	return &cards->cards[i];
}

static int grow(struct batch_cards *cards)
{
	struct batch_cards larger = { .count = cards->count,
				      .room = cards->room ? cards->room * 2
							  : FIRST_ROOM };

	larger.cards = calloc(larger.room, sizeof(*larger.cards));
	if (!larger.cards)
		return -ENOMEM;
	for (size_t i = 0; i < cards->room; i++)
		if (cards->cards[i].line)
			*place_of(&larger, cards->cards[i].hash) = cards->cards[i];
	free(cards->cards);
	*cards = larger;
	return 0;
}

int batch_cards_add(struct batch_cards *cards, const char *host, const char *name,
		    size_t line)
{
	uint64_t hash = hash_words(host, name);
	struct batch_card *card;

	if (cards->count >= cards->room / 2 && grow(cards) < 0)
		return -ENOMEM;
	card = place_of(cards, hash);
	cards->count += !card->line;
	*card = (struct batch_card){ hash, line };
	return 0;
}

size_t batch_cards_find(const struct batch_cards *cards, const char *host,
			const char *name, size_t other)
{
	const struct batch_card *card;

	if (!cards->count)
		return other;
	card = place_of(cards, hash_words(host, name));
	return card->line ? card->line : other;
}

void batch_cards_clear(struct batch_cards *cards)
{
	free(cards->cards);
	*cards = (struct batch_cards){ 0 };
}
