/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names that stay: a card keeps its name wherever it turns up. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/names.h"

#define DEVICE_LENGTH 9 /* of vendor:device, in front of the subsystem */

enum likeness { UNKNOWN, SAME, DIFFERENT };

struct matching {
	struct names *names;
	struct cards *cards;
	struct pci_scan *scan;
	bool *found;	     /* a flag a card: it has its record */
	bool *shared;	     /* a flag a card: another one bears its serial number */
	bool *record_shared; /* the same of the records that were read */
};

static bool is_named(const struct card *card)
{
	return card->kind != CARD_FABRIC;
}

static const char *path_of(const struct card *card)
{
	return card->members[0].function->path;
}

/* "dsn:…" and "vpd:…" are no contradiction: they are from different places. */
static enum likeness compare_serials(const char *a, const char *b)
{
	size_t kind;

	if (!a || !b)
		return UNKNOWN;
	kind = strcspn(a, ":");
	if (strncmp(a, b, kind + 1) != 0)
		return UNKNOWN;
	return strcmp(a, b) == 0 ? SAME : DIFFERENT;
}

/* Either may lack the subsystem. */
static enum likeness compare_ids(const char *known, const char *found)
{
	size_t length;

	if (!known || !found)
		return UNKNOWN;
	length = strlen(known) < strlen(found) ? strlen(known) : strlen(found);
	return strncmp(known, found, length) == 0 ? SAME : DIFFERENT;
}

static bool is_in_both(const char *a, const char *b)
{
	return compare_serials(a, b) == SAME;
}

static void find_shared_records(struct matching *m)
{
	const struct name_record *records = m->names->records;

	for (size_t i = 0; i < m->names->count; i++)
		for (size_t j = 0; j < i; j++)
			if (is_in_both(records[i].serial, records[j].serial))
				m->record_shared[i] = m->record_shared[j] = true;
}

static void find_shared_cards(struct matching *m)
{
	const struct card *cards = m->cards->cards;

	for (size_t i = 0; i < m->cards->count; i++)
		for (size_t j = 0; j < i; j++)
			if (is_in_both(cards[i].serial, cards[j].serial))
				m->shared[i] = m->shared[j] = true;
}

static enum likeness compare_serial(const struct matching *m,
				    const struct name_record *record, size_t card)
{
	if (m->record_shared[record - m->names->records] || m->shared[card])
		return UNKNOWN;
	return compare_serials(record->serial, m->cards->cards[card].serial);
}

static bool is_same_serial(const struct matching *m, const struct name_record *record,
			   size_t card)
{
	const char *ids = m->cards->cards[card].ids;

	return compare_serial(m, record, card) == SAME &&
	       (!record->ids || !ids || strncmp(record->ids, ids, DEVICE_LENGTH) == 0);
}

static bool is_same_path(const struct matching *m, const struct name_record *record,
			 size_t card)
{
	const char *path = path_of(&m->cards->cards[card]);

	return record->path && path && strcmp(record->path, path) == 0 &&
	       compare_ids(record->ids, m->cards->cards[card].ids) == SAME &&
	       compare_serial(m, record, card) != DIFFERENT;
}

/* Where the tree of devices is not told, its address is the place. */
static bool is_same_address(const struct matching *m, const struct name_record *record,
			    size_t card)
{
	const struct card *found = &m->cards->cards[card];

	return (!record->path || !path_of(found)) &&
	       pci_address_compare(record->address,
				   found->members[0].function->address) == 0 &&
	       compare_ids(record->ids, found->ids) == SAME &&
	       compare_serial(m, record, card) != DIFFERENT;
}

typedef bool is_same_fn(const struct matching *m, const struct name_record *record,
			size_t card);

static bool is_candidate(const struct matching *m, size_t card)
{
	return !m->found[card] && m->cards->cards[card].kind == CARD_PCI;
}

static bool is_lost(const struct name_record *record)
{
	return record->card == NAME_NO_CARD && !record->is_virtual;
}

static void match(struct matching *m, struct name_record *record, size_t card)
{
	record->card = card;
	m->found[card] = true;
}

static void match_all(struct matching *m, is_same_fn *is_same)
{
	for (size_t i = 0; i < m->names->count; i++) {
		struct name_record *record = &m->names->records[i];

		if (is_same == is_same_serial && !record->serial)
			continue;
		for (size_t card = 0; card < m->cards->count && is_lost(record); card++)
			if (is_candidate(m, card) && is_same(m, record, card))
				match(m, record, card);
	}
}

/* The only new card that could be this lost one; NAME_NO_CARD when there are more. */
static size_t only_new(const struct matching *m, const struct name_record *lost)
{
	size_t only = NAME_NO_CARD;

	for (size_t card = 0; card < m->cards->count; card++) {
		if (!is_candidate(m, card) ||
		    compare_ids(lost->ids, m->cards->cards[card].ids) != SAME)
			continue;
		if (only != NAME_NO_CARD)
			return NAME_NO_CARD;
		only = card;
	}
	return only;
}

static bool is_only_lost(const struct matching *m, const struct name_record *lost)
{
	for (size_t i = 0; i < m->names->count; i++) {
		const struct name_record *other = &m->names->records[i];

		if (other != lost && is_lost(other) &&
		    compare_ids(other->ids, lost->ids) == SAME)
			return false;
	}
	return true;
}

static void match_moved(struct matching *m)
{
	for (size_t i = 0; i < m->names->count; i++) {
		struct name_record *lost = &m->names->records[i];
		size_t card = is_lost(lost) ? only_new(m, lost) : NAME_NO_CARD;

		if (card != NAME_NO_CARD && is_only_lost(m, lost) &&
		    compare_serial(m, lost, card) != DIFFERENT)
			match(m, lost, card);
	}
}

/* Which of its physical function's virtual functions it is, from 0, by address. */
static unsigned int ordinal_of(const struct matching *m, const struct pci_function *vf)
{
	unsigned int ordinal = 0;

	for (size_t i = 0; i < m->scan->count; i++) {
		const struct pci_function *other = &m->scan->functions[i];

		if (other == vf)
			break;
		ordinal += other->is_virtual &&
			   pci_address_compare(other->parent, vf->parent) == 0;
	}
	return ordinal;
}

/* The card of a physical function, or NULL. */
static const struct card *find_parent(const struct matching *m, struct pci_address parent)
{
	for (size_t i = 0; i < m->cards->count; i++)
		for (size_t j = 0; j < m->cards->cards[i].count; j++)
			if (pci_address_compare(
				    m->cards->cards[i].members[j].function->address,
				    parent) == 0)
				return &m->cards->cards[i];
	return NULL;
}

/* A virtual function is known by its physical card, and which of its functions it is. */
static void match_virtual(struct matching *m, size_t index)
{
	const struct card *card = &m->cards->cards[index];
	const struct pci_function *vf = card->members[0].function;
	const struct card *parent = find_parent(m, vf->parent);
	unsigned int ordinal = ordinal_of(m, vf);

	for (size_t i = 0; i < m->names->count; i++) {
		struct name_record *record = &m->names->records[i];

		if (!record->is_virtual || record->card != NAME_NO_CARD ||
		    record->ordinal != ordinal)
			continue;
		if (parent ? strcmp(record->parent, parent->name) != 0
			   : record->parent[0] || !record->path || !vf->path ||
				     strcmp(record->path, vf->path) != 0)
			continue;
		match(m, record, index);
		return;
	}
}

static int replace(char **text, const char *with)
{
	char *copy;

	if (!with || (*text && strcmp(*text, with) == 0))
		return 0;
	copy = strdup(with);
	if (!copy)
		return -ENOMEM;
	free(*text);
	*text = copy;
	return 0;
}

/* What the card tells now goes into its record; what it does not tell stays. */
static int update(struct matching *m, struct name_record *record)
{
	struct card *card = &m->cards->cards[record->card];
	const struct pci_function *function = card->members[0].function;
	const struct card *parent;
	int error;

	snprintf(card->name, sizeof(card->name), "%s", record->name);
	card->is_new = !record->is_known;
	record->address = function->address;
	error = replace(&record->path, function->path);
	if (error == 0 && (!record->ids || !card->ids ||
			   strncmp(record->ids, card->ids, strlen(card->ids)) != 0))
		error = replace(&record->ids, card->ids);
	if (error == 0)
		error = replace(&record->serial, card->serial);
	if (error == 0)
		error = replace(&card->serial, record->serial);
	if (error < 0 || !record->is_virtual)
		return error;
	parent = find_parent(m, function->parent);
	snprintf(record->parent, sizeof(record->parent), "%s",
		 parent ? parent->name : "");
	record->ordinal = ordinal_of(m, function);
	return 0;
}

static int add_new(struct matching *m, size_t card, unsigned int *number)
{
	struct name_record *record;
	char name[NAME_SIZE];
	int error;

	do
		snprintf(name, sizeof(name), "gpupci%u", ++*number);
	while (names_find(m->names, name));
	error = names_add(m->names, name, &record);
	if (error < 0)
		return error;
	record->is_virtual = m->cards->cards[card].kind == CARD_VF;
	match(m, record, card);
	snprintf(m->cards->cards[card].name, NAME_SIZE, "%s", name);
	return 0;
}

static int match_with_vpd(struct matching *m)
{
	bool any = false;
	int error = 0;

	for (size_t i = 0; i < m->cards->count && error == 0; i++)
		if (is_candidate(m, i) && !m->cards->cards[i].serial) {
			error = card_read_vpd(&m->cards->cards[i], m->scan);
			any = any || m->cards->cards[i].serial;
		}
	if (error == 0 && any) {
		find_shared_cards(m);
		match_all(m, is_same_serial);
	}
	return error;
}

static int match_cards(struct matching *m)
{
	unsigned int number = 0;
	int error;

	find_shared_records(m);
	find_shared_cards(m);
	match_all(m, is_same_serial);
	match_all(m, is_same_path);
	match_all(m, is_same_address);
	error = match_with_vpd(m);
	if (error < 0)
		return error;
	match_moved(m);
	/* Names of the physical cards, for their virtual functions. */
	for (size_t i = 0; i < m->names->count && error == 0; i++)
		if (m->names->records[i].card != NAME_NO_CARD)
			error = update(m, &m->names->records[i]);
	for (size_t i = 0; i < m->cards->count && error == 0; i++) {
		if (m->found[i] || !is_named(&m->cards->cards[i]))
			continue;
		if (m->cards->cards[i].kind == CARD_VF)
			match_virtual(m, i);
		if (!m->found[i])
			error = add_new(m, i, &number);
	}
	for (size_t i = 0; i < m->names->count && error == 0; i++)
		if (m->names->records[i].card != NAME_NO_CARD)
			error = update(m, &m->names->records[i]);
	names_sort(m->names);
	return error;
}

int names_match(struct names *names, struct cards *cards, struct pci_scan *scan)
{
	_cleanup_free_ bool *found = calloc(cards->count + 1, sizeof(*found));
	_cleanup_free_ bool *shared = calloc(cards->count + 1, sizeof(*shared));
	_cleanup_free_ bool *record_shared = calloc(names->count + 1, sizeof(bool));
	struct matching m = { names, cards, scan, found, shared, record_shared };
	int error = 0;

	if (!found || !shared || !record_shared)
		return -ENOMEM;
	for (size_t i = 0; i < cards->count && error == 0; i++) {
		cards->cards[i].name[0] = '\0';
		if (is_named(&cards->cards[i]))
			error = card_identify(&cards->cards[i], scan);
		/* Which of its physical function's it is, those that are no cards too. */
		if (error == 0 && cards->cards[i].kind == CARD_VF)
			error = pci_scan_read_all(scan);
	}
	return error < 0 ? error : match_cards(&m);
}
