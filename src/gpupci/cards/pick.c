/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI functions that one run of gpupci is about. */
#include <errno.h>
#include <stdlib.h>

#include "lib/cleanup.h"
#include "src/gpupci/cards/pick.h"

static int add_pick(struct picks *picks, struct pick pick)
{
	struct pick *grown = reallocarray(picks->picks, picks->count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	picks->picks = grown;
	grown[picks->count++] = pick;
	return 0;
}

/* Adds the cards flagged in selected[]; NULL: all. */
static int add_cards(struct picks *picks, const struct host *host, const bool *selected)
{
	const struct cards *cards = &host->cards;
	int error = 0;

	for (size_t i = 0; i < cards->count; i++)
		for (size_t j = 0; j < cards->cards[i].count && error == 0; j++) {
			struct card *card = &cards->cards[i];
			struct pci_function *function = card->members[j].function;

			if (selected && !selected[i])
				continue;
			error = add_pick(picks,
					 (struct pick){ .address = function->address,
							.function = function,
							.card = card,
							.owner = i });
		}
	return error;
}

static int compare_picks(const void *left, const void *right)
{
	const struct pick *a = left, *b = right;

	return pci_address_compare(a->address, b->address);
}

/* Adds the functions that belong to no card, each once and by address. */
static int add_others(struct picks *picks, const struct host *host, struct picks *others)
{
	int error = 0;

	if (others->count)
		qsort(others->picks, others->count, sizeof(*others->picks),
		      compare_picks);
	for (size_t i = 0; i < others->count && error == 0; i++) {
		struct pick pick = others->picks[i];

		if (i && compare_picks(&pick, &others->picks[i - 1]) == 0)
			continue;
		pick.function = pci_scan_find(&host->scan, pick.address);
		pick.owner = host->cards.count + i;
		error = add_pick(picks, pick);
	}
	return error;
}

/* Flags the cards that the word means, or adds its address to the others. */
static int take_word(const struct host *host, const char *word, bool *selected,
		     struct picks *others, bool *ret_is_known)
{
	_cleanup_free_ bool *meant = NULL;
	struct pick pick = { .function = NULL };
	int error = host_select(host, word, &meant, ret_is_known);

	for (size_t i = 0; i < host->cards.count && error == 0; i++)
		selected[i] = selected[i] || meant[i];
	if (error < 0 || *ret_is_known)
		return error;
	*ret_is_known = pci_address_parse(word, &pick.address) == 0;
	return *ret_is_known ? add_pick(others, pick) : 0;
}

int picks_find_cards(struct picks *picks, const struct host *host)
{
	return add_cards(picks, host, NULL);
}

int picks_find(struct picks *picks, const struct host *host, const char *word,
	       char *const others[], size_t count, const char **ret_unknown)
{
	_cleanup_picks_ struct picks lone = PICKS_EMPTY;
	_cleanup_free_ bool *selected = calloc(host->cards.count + 1, sizeof(*selected));
	bool is_known = true;
	int error = selected ? 0 : -ENOMEM;

	*ret_unknown = NULL;
	for (size_t i = 0; i <= count && error == 0; i++) {
		if (i)
			word = others[i - 1];
		error = take_word(host, word, selected, &lone, &is_known);
		if (error == 0 && !is_known) {
			*ret_unknown = word;
			return 0;
		}
	}
	if (error == 0)
		error = add_cards(picks, host, selected);
	return error < 0 ? error : add_others(picks, host, &lone);
}

void picks_release(struct picks *picks)
{
	free(picks->picks);
	*picks = (struct picks)PICKS_EMPTY;
}
