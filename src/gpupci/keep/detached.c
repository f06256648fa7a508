/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detached cards and the drivers they had before: over reboots, and for this boot. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/card-identity.h"
#include "lib/cleanup.h"
#include "lib/driver-name.h"
#include "lib/text.h"
#include "src/gpupci/keep/detached.h"

int detached_add(struct detached *detached, struct detached_card card)
{
	struct detached_card *grown =
		reallocarray(detached->cards, detached->count + 1, sizeof(*grown));

	if (!grown) {
		free(card.functions);
		return -ENOMEM;
	}
	detached->cards = grown;
	grown[detached->count++] = card;
	return 0;
}

int detached_add_function(struct detached_card *card,
			  const struct detached_function *function)
{
	struct detached_function *grown =
		reallocarray(card->functions, card->count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	card->functions = grown;
	grown[card->count++] = *function;
	return 0;
}

static const struct plan_function *planned(const struct plan *plan,
					   struct pci_address address)
{
	for (size_t i = 0; i < plan->count; i++)
		if (pci_address_compare(plan->functions[i].address, address) == 0)
			return &plan->functions[i];
	return NULL;
}

/* A word of a record has no blanks: a serial number with blanks is not recorded. */
static void copy_word(char *text, size_t size, const char *from)
{
	snprintf(text, size, "%s",
		 from && strlen(from) < size && text_is_clean(from) && !strchr(from, ' ')
			 ? from
			 : "");
}

static int put_function(struct detached_card *record, const struct card_member *member,
			const struct plan *plan, const struct detached_card *old)
{
	const struct detached_function *was =
		old ? detached_function(old, member->number) : NULL;
	const struct plan_function *function = planned(plan, member->function->address);
	struct detached_function put = { .number = member->number,
					 .address = member->function->address,
					 .vendor = member->function->vendor,
					 .device = member->function->device };
	const struct binding *before;

	if (!function)
		return 0;
	before = &function->sides[PLAN_BEFORE];
	copy_word(put.path, sizeof(put.path), member->function->path);
	if ((driver_is_named_vfio(before->driver) || !before->driver[0]) && was) {
		copy_word(put.driver, sizeof(put.driver), was->driver);
		copy_word(put.module, sizeof(put.module), was->module);
		copy_word(put.override, sizeof(put.override), was->override);
	} else if (!driver_is_named_vfio(before->driver)) {
		copy_word(put.driver, sizeof(put.driver), before->driver);
		copy_word(put.module, sizeof(put.module), function->module);
		if (!driver_is_named_vfio(before->override))
			copy_word(put.override, sizeof(put.override), before->override);
	}
	return detached_add_function(record, &put);
}

static size_t count_serial(const struct cards *cards, const char *serial)
{
	size_t count = 0;

	for (size_t i = 0; i < cards->count; i++)
		count += cards->cards[i].serial &&
			 strcmp(cards->cards[i].serial, serial) == 0;
	return count;
}

int detached_put(struct detached *detached, struct card *card, const struct cards *cards,
		 const struct plan *plan, const struct detached_card *old)
{
	struct detached_card record = { .card = card };
	int error = 0;

	copy_word(record.name, sizeof(record.name), card->name);
	copy_word(record.ids, sizeof(record.ids), card->ids);
	if (card->serial && count_serial(cards, card->serial) == 1)
		copy_word(record.serial, sizeof(record.serial), card->serial);
	copy_word(record.driver, sizeof(record.driver),
		  plan->count ? plan->functions[0].sides[PLAN_AFTER].driver : "");
	for (size_t i = 0; i < card->count && error == 0; i++)
		error = put_function(&record, &card->members[i], plan, old);
	if (error < 0) {
		free(record.functions);
		return error;
	}
	detached_drop(detached, card);
	return detached_add(detached, record);
}

/* For a missing card only its record has the name. */
static bool is_same(const struct detached_card *a, const struct detached_card *b)
{
	if (a->card || b->card)
		return a->card == b->card;
	return strcmp(a->name, b->name) == 0 && strcmp(a->ids, b->ids) == 0 &&
	       strcmp(a->serial, b->serial) == 0 &&
	       strcmp(a->functions[0].path, b->functions[0].path) == 0 &&
	       pci_address_compare(a->functions[0].address, b->functions[0].address) == 0;
}

static void drop_same(struct detached *detached, const struct detached_card *record)
{
	size_t left = 0;

	for (size_t i = 0; i < detached->count; i++)
		if (is_same(&detached->cards[i], record))
			free(detached->cards[i].functions);
		else
			detached->cards[left++] = detached->cards[i];
	detached->count = left;
}

int detached_copy(struct detached *detached, const struct detached_card *record)
{
	struct detached_card copy = *record;

	copy.functions = NULL;
	copy.count = 0;
	for (size_t i = 0; i < record->count; i++)
		if (detached_add_function(&copy, &record->functions[i]) < 0) {
			free(copy.functions);
			return -ENOMEM;
		}
	drop_same(detached, record);
	return detached_add(detached, copy);
}

void detached_drop(struct detached *detached, const struct card *card)
{
	const struct detached_card record = { .card = (struct card *)card };

	drop_same(detached, &record);
}

const struct detached_card *detached_find(const struct detached *detached,
					  const struct card *card)
{
	for (size_t i = 0; i < detached->count; i++)
		if (detached->cards[i].card == card)
			return &detached->cards[i];
	return NULL;
}

const char *detached_name(const struct detached_card *record)
{
	return record->card && record->card->name[0] ? record->card->name : record->name;
}

const struct detached_function *detached_function(const struct detached_card *card,
						  unsigned int number)
{
	for (size_t i = 0; i < card->count; i++)
		if (card->functions[i].number == number)
			return &card->functions[i];
	return NULL;
}

static bool is_shared(const struct cards *cards, const char *serial)
{
	return serial && *serial && count_serial(cards, serial) > 1;
}

/* Compares two functions, or none (NULL), of a record and a card. */
static enum card_identity identity(const struct detached_card *record,
				   const struct cards *cards, const struct card *card,
				   const char *known_path, const char *path)
{
	const struct card_sighting was = {
		.ids = record->ids[0] ? record->ids : NULL,
		.serial = card_serial_split(record->serial[0] ? record->serial : NULL),
		.serial_is_shared = is_shared(cards, record->serial),
		.path = known_path,
		.address = -1,
		.needs_ids = true,
	};
	const struct card_sighting now = {
		.ids = card->ids,
		.serial = card_serial_split(card->serial),
		.serial_is_shared = is_shared(cards, card->serial),
		.path = path,
		.address = -1,
	};

	return card_identity(&was, &now);
}

/* Whether any of its functions matches like that. */
static bool has_path(const struct detached_card *record, const struct cards *cards,
		     const struct card *card)
{
	for (size_t i = 0; i < card->count; i++) {
		const struct detached_function *known =
			detached_function(record, card->members[i].number);
		const struct pci_function *function = card->members[i].function;

		if (known && known->vendor == function->vendor &&
		    known->device == function->device && known->path[0] &&
		    function->path && strcmp(known->path, function->path) == 0 &&
		    identity(record, cards, card, known->path, function->path) ==
			    IDENTITY_PATH)
			return true;
	}
	return false;
}

/*
 * Returns the only card with the serial number of the record; a different device is not
 * the card.
 */
static struct card *find_serial(const struct detached_card *record,
				const struct cards *cards)
{
	for (size_t i = 0; i < cards->count; i++) {
		struct card *card = &cards->cards[i];

		if (card->serial && strcmp(card->serial, record->serial) == 0 &&
		    identity(record, cards, card, NULL, NULL) == IDENTITY_SERIAL)
			return card;
	}
	return NULL;
}

struct card *detached_match(const struct detached_card *record, const struct cards *cards)
{
	if (record->serial[0] && count_serial(cards, record->serial) == 1)
		return find_serial(record, cards);
	for (size_t i = 0; i < cards->count; i++)
		if (has_path(record, cards, &cards->cards[i]))
			return &cards->cards[i];
	return NULL;
}

static bool has_record(struct detached *const lists[], size_t count,
		       const struct card *card)
{
	for (size_t i = 0; i < count; i++)
		if (detached_find(lists[i], card))
			return true;
	return false;
}

/* Finds a card by the names file if neither serial nor path identify it. */
static struct card *find_named(const struct detached_card *record,
			       const struct cards *cards)
{
	for (size_t i = 0; i < cards->count; i++) {
		struct card *card = &cards->cards[i];

		if (!card->is_new && strcmp(card->name, record->name) == 0 &&
		    card_ids_are_alike(record->ids[0] ? record->ids : NULL, card->ids))
			return identity(record, cards, card, NULL, NULL) == IDENTITY_OTHER
				       ? NULL
				       : card;
	}
	return NULL;
}

void detached_identify(struct detached *const lists[], size_t count,
		       const struct cards *cards, bool has_names)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < lists[i]->count; j++)
			lists[i]->cards[j].card =
				detached_match(&lists[i]->cards[j], cards);
	for (size_t i = 0; i < count && has_names; i++)
		for (size_t j = 0; j < lists[i]->count; j++) {
			struct detached_card *record = &lists[i]->cards[j];
			struct card *card =
				record->card ? NULL : find_named(record, cards);

			if (card && !has_record(lists, count, card))
				record->card = card;
		}
}

void detached_release(struct detached *detached)
{
	for (size_t i = 0; i < detached->count; i++)
		free(detached->cards[i].functions);
	free(detached->cards);
	*detached = (struct detached)DETACHED_EMPTY;
}
