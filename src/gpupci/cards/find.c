/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the cards: which functions belong together. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/cards/find.h"
#include "src/gpupci/cards/resident.h"

#define VENDOR_NVIDIA 0x10de
#define CLASS_OTHER_BRIDGE 0x0680 /* the class of an NVSwitch */

enum line_kind {
	LINE_INCLUDE,
	LINE_EXCLUDE,
};

/* Whether the configuration names the function, or any function of its slot. */
static bool is_named(const struct config *config, const struct pci_scan *scan,
		     const struct pci_function *function, enum line_kind kind)
{
	const struct pci_function *end = scan->functions + scan->count;
	const struct pci_function *first = function;

	if (!config_names_slots(config))
		return false;
	/* Functions are sorted: those of a slot are adjacent. */
	while (first > scan->functions &&
	       pci_address_same_slot(first[-1].address, function->address))
		first--;
	for (const struct pci_function *other = first;
	     other < end && pci_address_same_slot(other->address, function->address);
	     other++) {
		if (other != function && (function->is_virtual || other->is_virtual))
			continue;
		if (kind == LINE_INCLUDE ? config_includes(config, other->address)
					 : config_excludes(config, other->address))
			return true;
	}
	return false;
}

/*
 * Whether the function stays out of cards: an exclude line names it, or another function
 * of its slot. Where an include line names the slot, exclude lines go by function.
 */
static bool is_left_out(const struct config *config, const struct pci_scan *scan,
			const struct pci_function *function)
{
	return config_excludes(config, function->address) ||
	       (is_named(config, scan, function, LINE_EXCLUDE) &&
		!is_named(config, scan, function, LINE_INCLUDE));
}

static bool is_fabric(const struct config *config, const struct pci_function *function)
{
	return function->vendor == VENDOR_NVIDIA &&
	       function->class >> 8 == CLASS_OTHER_BRIDGE &&
	       config_knows_vendor(config, function->vendor);
}

/*
 * Whether the function makes its slot (or, if virtual, itself) a card, and of what kind:
 * 1, 0, or -errno as pci_scan_read(). Stops reading once the function cannot be a card.
 */
static int makes_card(const struct config *config, struct pci_scan *scan,
		      struct pci_function *function, enum card_kind *ret_kind)
{
	bool is_known;
	int error;

	if (!config_knows_vendor(config, function->vendor) && !config_names_slots(config))
		return 0;
	error = pci_scan_read_class(scan, function);
	if (error < 0)
		return error;
	is_known = config_knows(config, function->vendor, function->class);
	if (!is_known && !is_fabric(config, function) && !config_names_slots(config))
		return 0;
	error = pci_scan_read_kind(scan, function);
	if (error < 0)
		return error;
	if (function->is_bridge || is_left_out(config, scan, function))
		return 0;
	*ret_kind = function->is_virtual ? CARD_VF : CARD_PCI;
	if (is_named(config, scan, function, LINE_INCLUDE))
		return 1;
	if (is_fabric(config, function) && !function->on_root_bus) {
		*ret_kind = CARD_FABRIC;
		return 1;
	}
	error = is_known ? resident_is(scan, function) : 1;
	return error < 0 ? error : !error;
}

/*
 * Sorts by board; the card of a virtual function, whose board is its own address, comes
 * last.
 */
static int compare_boards(const void *left, const void *right)
{
	const struct card *a = left, *b = right;
	int order = pci_address_compare(a->board, b->board);

	return order ? order : (a->kind == CARD_VF) - (b->kind == CARD_VF);
}

/* Returns the card of a board, among cards sorted by board. */
static struct card *find_board(const struct cards *cards, struct pci_address board)
{
	const struct card key = { .kind = CARD_PCI, .board = board };

	return bsearch(&key, cards->cards, cards->count, sizeof(key), compare_boards);
}

static int add_card(struct cards *cards, enum card_kind kind, struct pci_address board,
		    struct card **ret_card)
{
	struct card *grown =
		reallocarray(cards->cards, cards->count + 1, sizeof(*cards->cards));

	if (!grown)
		return -ENOMEM;
	cards->cards = grown;
	grown[cards->count] = (struct card){ .kind = kind, .board = board };
	*ret_card = &grown[cards->count++];
	return 0;
}

static int add_member(struct card *card, struct pci_function *function,
		      unsigned int number)
{
	struct card_member *grown =
		reallocarray(card->members, card->count + 1, sizeof(*card->members));

	if (!grown)
		return -ENOMEM;
	card->members = grown;
	grown[card->count++] =
		(struct card_member){ .number = number, .function = function };
	return 0;
}

/* Returns the card of a board while cards are added; last is the latest one. */
static struct card *find_made(const struct cards *cards, struct pci_address board,
			      size_t last, bool is_joined)
{
	/* The functions of one slot are adjacent, those of joined slots are not. */
	for (size_t i = is_joined ? 0 : last; i <= last && i < cards->count; i++)
		if (cards->cards[i].kind != CARD_VF &&
		    pci_address_compare(cards->cards[i].board, board) == 0)
			return &cards->cards[i];
	return NULL;
}

/* Creates the cards: those of virtual functions with their member, others empty. */
static int find_boards(struct cards *cards, const struct config *config,
		       struct pci_scan *scan)
{
	size_t last = 0;

	for (size_t i = 0; i < scan->count; i++) {
		struct pci_function *function = &scan->functions[i];
		struct pci_address board = function->address;
		struct card *card = NULL;
		enum card_kind kind;
		unsigned int position;
		int error;

		error = makes_card(config, scan, function, &kind);
		if (error < 0)
			return error;
		if (error == 0)
			continue;
		if (!function->is_virtual) {
			board = config_board(config, function->address, &position);
			card = find_made(cards, board, last, config_joins(config));
		}
		if (card) {
			if (kind == CARD_PCI)
				card->kind = CARD_PCI;
			continue;
		}
		error = add_card(cards, kind, board, &card);
		if (error == 0 && function->is_virtual)
			error = add_member(card, function, 0);
		if (error < 0)
			return error;
		if (!function->is_virtual)
			last = cards->count - 1;
	}
	if (cards->count)
		qsort(cards->cards, cards->count, sizeof(struct card), compare_boards);
	return 0;
}

/* Adds every physical function to the card of its slot. */
static int fill_boards(struct cards *cards, const struct config *config,
		       struct pci_scan *scan)
{
	for (size_t i = 0; i < scan->count; i++) {
		struct pci_function *function = &scan->functions[i];
		struct pci_address board;
		struct card *card;
		unsigned int position;
		int error;

		board = config_board(config, function->address, &position);
		card = find_board(cards, board);
		if (!card)
			continue;
		error = pci_scan_read_kind(scan, function);
		if (error < 0)
			return error;
		if (function->is_virtual || function->is_bridge ||
		    is_left_out(config, scan, function))
			continue;
		error = add_member(card, function,
				   8 * position + function->address.function);
		if (error < 0)
			return error;
	}
	return 0;
}

static int compare_members(const void *left, const void *right)
{
	const struct card_member *a = left, *b = right;

	return (a->number > b->number) - (a->number < b->number);
}

static int compare_cards(const void *left, const void *right)
{
	const struct card *a = left, *b = right;

	return pci_address_compare(a->members[0].function->address,
				   b->members[0].function->address);
}

int cards_find(struct cards *cards, const struct config *config, struct pci_scan *scan)
{
	unsigned int number = 0;
	int error = 0;

	/* A line on a slot covers its physical functions: find out which they are. */
	if (config_names_slots(config))
		for (size_t i = 0; i < scan->count && error == 0; i++)
			error = pci_scan_read_kind(scan, &scan->functions[i]);
	if (error == 0)
		error = find_boards(cards, config, scan);
	if (error == 0 && cards->count)
		error = fill_boards(cards, config, scan);
	if (error < 0 || !cards->count)
		return error;
	for (size_t i = 0; i < cards->count; i++)
		qsort(cards->cards[i].members, cards->cards[i].count,
		      sizeof(struct card_member), compare_members);
	qsort(cards->cards, cards->count, sizeof(struct card), compare_cards);
	for (size_t i = 0; i < cards->count; i++) {
		cards->cards[i].is_new = true;
		if (cards->cards[i].kind != CARD_FABRIC)
			snprintf(cards->cards[i].name, sizeof(cards->cards[i].name),
				 "gpupci%u", ++number);
	}
	return 0;
}

void cards_release(struct cards *cards)
{
	for (size_t i = 0; i < cards->count; i++) {
		free(cards->cards[i].members);
		free(cards->cards[i].ids);
		free(cards->cards[i].serial);
	}
	free(cards->cards);
	*cards = (struct cards)CARDS_EMPTY;
}
