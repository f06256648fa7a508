/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stable names: a card keeps its name wherever it turns up. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/card-identity.h"
#include "lib/cleanup.h"
#include "lib/text.h"
#include "src/gpupci/cards/index.h"
#include "src/gpupci/cards/names.h"

struct matching {
	struct names *names;
	struct cards *cards;
	struct pci_scan *scan;
	bool *found;		/* per card: it has its record */
	bool *shared;		/* per card: another one has its serial number, too */
	bool *record_shared;	/* the same for the records that were read */
	size_t known;		/* how many records were read: the first, by number */
	size_t *card_of;	/* of a function of the scan, or NAME_NO_CARD */
	unsigned int *ordinals; /* of a function of the scan; see ordinal_of() */
};

static bool is_named(const struct card *card)
{
	return card->kind != CARD_FABRIC;
}

static const char *path_of(const struct card *card)
{
	return card->members[0].function->path;
}

/* Flags the entries of an index of serial numbers that share theirs. */
static void flag_shared(const struct index *serials, bool *shared)
{
	for (size_t i = 1; i < serials->count; i++) {
		const struct index_entry *one = &serials->entries[i - 1];
		const struct index_entry *next = &serials->entries[i];

		if (strcmp(one->key, next->key) == 0)
			shared[one->number] = shared[next->number] = true;
	}
}

static int find_shared_records(struct matching *m)
{
	_cleanup_index_ struct index serials = INDEX_EMPTY;
	int error = 0;

	for (size_t i = 0; i < m->names->count && error == 0; i++)
		error = index_add(&serials, m->names->records[i].serial, i);
	index_sort(&serials);
	flag_shared(&serials, m->record_shared);
	return error;
}

/* Compares a record with a card. */
static enum card_identity identity(const struct matching *m,
				   const struct name_record *record, size_t card)
{
	const struct card *found = &m->cards->cards[card];
	const struct card_sighting known = {
		.ids = record->ids,
		.serial = card_serial_split(record->serial),
		.serial_is_shared = m->record_shared[record - m->names->records],
		.path = record->path,
		.address = pci_address_pack(record->address),
		.needs_ids = true,
	};
	const struct card_sighting now = {
		.ids = found->ids,
		.serial = card_serial_split(found->serial),
		.serial_is_shared = m->shared[card],
		.path = path_of(found),
		.address = pci_address_pack(found->members[0].function->address),
	};

	return card_identity(&known, &now);
}

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

/* Matches each lost record with the first card that has its key. */
static void match_key(struct matching *m, const struct index *index, const char *key,
		      struct name_record *record, enum card_identity by)
{
	size_t count;
	const struct index_entry *entries = index_find(index, key, &count);

	for (size_t i = 0; i < count && is_lost(record); i++) {
		size_t card = entries[i].number;

		if (is_candidate(m, card) && identity(m, record, card) == by)
			match(m, record, card);
	}
}

/* A number shared by two cards or two records counts for neither side. */
static void flag_both_sides(struct matching *m, const struct index *serials,
			    size_t record)
{
	size_t count;
	const struct index_entry *entries =
		index_find(serials, m->names->records[record].serial, &count);

	if (count > 1)
		m->record_shared[record] = true;
	for (size_t i = 0; i < count && m->record_shared[record]; i++)
		m->shared[entries[i].number] = true;
}

static int match_serials(struct matching *m)
{
	_cleanup_index_ struct index serials = INDEX_EMPTY;
	int error = 0;

	for (size_t i = 0; i < m->cards->count && error == 0; i++)
		error = index_add(&serials, m->cards->cards[i].serial, i);
	index_sort(&serials);
	flag_shared(&serials, m->shared);
	for (size_t i = 0; i < m->names->count && error == 0; i++) {
		struct name_record *record = &m->names->records[i];

		flag_both_sides(m, &serials, i);
		match_key(m, &serials, record->serial, record, IDENTITY_SERIAL);
	}
	return error;
}

static int match_paths(struct matching *m)
{
	_cleanup_index_ struct index paths = INDEX_EMPTY;
	int error = 0;

	for (size_t i = 0; i < m->cards->count && error == 0; i++)
		error = index_add(&paths, path_of(&m->cards->cards[i]), i);
	index_sort(&paths);
	for (size_t i = 0; i < m->names->count && error == 0; i++) {
		struct name_record *record = &m->names->records[i];

		match_key(m, &paths, record->path, record, IDENTITY_PATH);
	}
	return error;
}

/* Returns the card whose first member is there, or NAME_NO_CARD. */
static size_t card_at(const struct matching *m, struct pci_address address)
{
	const struct pci_function *function = pci_scan_find(m->scan, address);

	return function ? m->card_of[function - m->scan->functions] : NAME_NO_CARD;
}

static void match_addresses(struct matching *m)
{
	for (size_t i = 0; i < m->names->count; i++) {
		struct name_record *record = &m->names->records[i];
		size_t card =
			is_lost(record) ? card_at(m, record->address) : NAME_NO_CARD;

		if (card != NAME_NO_CARD && is_candidate(m, card) &&
		    identity(m, record, card) == IDENTITY_ADDRESS)
			match(m, record, card);
	}
}

/*
 * Returns the only new card that could be this lost one; NAME_NO_CARD if there are more.
 */
static size_t only_new(const struct matching *m, const struct index *new,
		       const struct name_record *lost)
{
	size_t only = NAME_NO_CARD, count;
	const struct index_entry *entries = index_find(new, lost->ids, &count);

	for (size_t i = 0; i < count; i++) {
		size_t card = entries[i].number;

		if (!is_candidate(m, card) ||
		    !card_ids_are_alike(lost->ids, m->cards->cards[card].ids))
			continue;
		if (only != NAME_NO_CARD)
			return NAME_NO_CARD;
		only = card;
	}
	return only;
}

static bool is_only_lost(const struct matching *m, const struct index *all,
			 const struct name_record *lost)
{
	size_t count;
	const struct index_entry *entries = index_find(all, lost->ids, &count);

	for (size_t i = 0; i < count; i++) {
		const struct name_record *other = &m->names->records[entries[i].number];

		if (other != lost && is_lost(other) &&
		    card_ids_are_alike(other->ids, lost->ids))
			return false;
	}
	return true;
}

static int match_moved(struct matching *m)
{
	/* Compare vendor:device: either may lack the subsystem. */
	_cleanup_index_ struct index new = { .bytes = CARD_DEVICE_LENGTH };
	_cleanup_index_ struct index lost = { .bytes = CARD_DEVICE_LENGTH };
	int error = 0;

	for (size_t i = 0; i < m->cards->count && error == 0; i++)
		if (is_candidate(m, i))
			error = index_add(&new, m->cards->cards[i].ids, i);
	for (size_t i = 0; i < m->names->count && error == 0; i++)
		if (is_lost(&m->names->records[i]))
			error = index_add(&lost, m->names->records[i].ids, i);
	index_sort(&new);
	index_sort(&lost);
	for (size_t i = 0; i < m->names->count && error == 0; i++) {
		struct name_record *record = &m->names->records[i];
		size_t card = is_lost(record) ? only_new(m, &new, record) : NAME_NO_CARD;

		if (card != NAME_NO_CARD && is_only_lost(m, &lost, record) &&
		    identity(m, record, card) != IDENTITY_OTHER)
			match(m, record, card);
	}
	return error;
}

/* Returns its index among the virtual functions of its physical function, by address. */
static unsigned int ordinal_of(const struct matching *m, const struct pci_function *vf)
{
	return m->ordinals[vf - m->scan->functions];
}

static int find_ordinals(struct matching *m)
{
	_cleanup_free_ unsigned int *next = calloc(m->scan->count + 1, sizeof(*next));

	if (!next)
		return -ENOMEM;
	for (size_t i = 0; i < m->scan->count; i++) {
		const struct pci_function *vf = &m->scan->functions[i], *parent;

		if (!vf->is_virtual)
			continue;
		parent = pci_scan_find(m->scan, vf->parent);
		/* Those whose physical function is missing are counted together. */
		m->ordinals[i] = next[parent ? (size_t)(parent - m->scan->functions)
					     : m->scan->count]++;
	}
	return 0;
}

/* Returns the card of a physical function, or NULL. */
static const struct card *find_parent(const struct matching *m, struct pci_address parent)
{
	size_t card = card_at(m, parent);

	return card == NAME_NO_CARD ? NULL : &m->cards->cards[card];
}

/* A virtual function is identified by its physical card and its index there. */
static void match_virtual(struct matching *m, const struct index *records, size_t index)
{
	const struct card *card = &m->cards->cards[index];
	const struct pci_function *vf = card->members[0].function;
	const struct card *parent = find_parent(m, vf->parent);
	const struct index_entry *entries;
	size_t count;

	/* A new card has no known virtual functions. */
	if (parent && !parent->name[0])
		return;
	entries = index_find(records, parent ? parent->name : "", &count);
	for (size_t i = 0; i < count; i++) {
		struct name_record *record = &m->names->records[entries[i].number];

		if (record->card != NAME_NO_CARD || record->ordinal != ordinal_of(m, vf))
			continue;
		if (!parent &&
		    (!record->path || !vf->path || strcmp(record->path, vf->path) != 0))
			continue;
		match(m, record, index);
		return;
	}
}

static int match_virtuals(struct matching *m)
{
	_cleanup_index_ struct index records = INDEX_EMPTY;
	int error = 0;

	for (size_t i = 0; i < m->names->count && error == 0; i++)
		if (m->names->records[i].is_virtual)
			error = index_add(&records, m->names->records[i].parent, i);
	index_sort(&records);
	for (size_t i = 0; i < m->cards->count && error == 0; i++)
		if (!m->found[i] && m->cards->cards[i].kind == CARD_VF)
			match_virtual(m, &records, i);
	return error;
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

/* Copies what the card reports into its record; keeps what it does not report. */
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

/* Returns the next free number above; at is the position of the search. */
static unsigned int next_free(const struct matching *m, unsigned int number, size_t *at)
{
	const struct name_record *records = m->names->records;
	char name[NAME_SIZE];

	do {
		snprintf(name, sizeof(name), "gpupci%u", ++number);
		while (*at < m->known &&
		       text_compare_natural(records[*at].name, name) < 0)
			++*at;
	} while (*at < m->known && strcmp(records[*at].name, name) == 0);
	return number;
}

static int add_new(struct matching *m, size_t card, unsigned int number)
{
	struct name_record *record;
	char name[NAME_SIZE];
	int error;

	snprintf(name, sizeof(name), "gpupci%u", number);
	error = names_add(m->names, name, &record);
	if (error < 0)
		return error;
	record->is_virtual = m->cards->cards[card].kind == CARD_VF;
	match(m, record, card);
	snprintf(m->cards->cards[card].name, NAME_SIZE, "%s", name);
	return 0;
}

static int add_all_new(struct matching *m)
{
	unsigned int number = 0;
	size_t at = 0;
	int error = 0;

	for (size_t i = 0; i < m->cards->count && error == 0; i++) {
		if (m->found[i] || !is_named(&m->cards->cards[i]))
			continue;
		number = next_free(m, number, &at);
		error = add_new(m, i, number);
	}
	return error;
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
	return error == 0 && any ? match_serials(m) : error;
}

static int update_all(struct matching *m)
{
	int error = 0;

	for (size_t i = 0; i < m->names->count && error == 0; i++)
		if (m->names->records[i].card != NAME_NO_CARD)
			error = update(m, &m->names->records[i]);
	return error;
}

static int match_cards(struct matching *m)
{
	int error = find_shared_records(m);

	if (error == 0)
		error = match_serials(m);
	if (error == 0)
		error = match_paths(m);
	if (error == 0)
		match_addresses(m);
	if (error == 0)
		error = match_with_vpd(m);
	if (error == 0)
		error = match_moved(m);
	/* Names of the physical cards, for their virtual functions. */
	if (error == 0)
		error = update_all(m);
	if (error == 0)
		error = match_virtuals(m);
	if (error == 0)
		error = add_all_new(m);
	if (error == 0)
		error = update_all(m);
	names_sort(m->names);
	return error;
}

static int identify_all(struct cards *cards, struct pci_scan *scan)
{
	int error = 0;

	for (size_t i = 0; i < cards->count && error == 0; i++) {
		cards->cards[i].name[0] = '\0';
		if (is_named(&cards->cards[i]))
			error = card_identify(&cards->cards[i], scan);
		/* Its index there counts functions that are not cards, too. */
		if (error == 0 && cards->cards[i].kind == CARD_VF)
			error = pci_scan_read_all(scan);
	}
	return error;
}

static void find_cards_of_functions(struct matching *m)
{
	for (size_t i = 0; i < m->scan->count; i++)
		m->card_of[i] = NAME_NO_CARD;
	for (size_t i = 0; i < m->cards->count; i++)
		for (size_t j = 0; j < m->cards->cards[i].count; j++)
			m->card_of[m->cards->cards[i].members[j].function -
				   m->scan->functions] = i;
}

int names_match(struct names *names, struct cards *cards, struct pci_scan *scan)
{
	_cleanup_free_ bool *found = calloc(cards->count + 1, sizeof(*found));
	_cleanup_free_ bool *shared = calloc(cards->count + 1, sizeof(*shared));
	_cleanup_free_ bool *record_shared = calloc(names->count + 1, sizeof(bool));
	_cleanup_free_ size_t *card_of = calloc(scan->count + 1, sizeof(*card_of));
	_cleanup_free_ unsigned int *ordinals =
		calloc(scan->count + 1, sizeof(unsigned int));
	struct matching m = { .names = names,
			      .cards = cards,
			      .scan = scan,
			      .found = found,
			      .shared = shared,
			      .record_shared = record_shared,
			      .known = names->count,
			      .card_of = card_of,
			      .ordinals = ordinals };
	int error;

	if (!found || !shared || !record_shared || !card_of || !ordinals)
		return -ENOMEM;
	names_sort(names);
	error = identify_all(cards, scan);
	if (error == 0)
		error = find_ordinals(&m);
	if (error < 0)
		return error;
	find_cards_of_functions(&m);
	return match_cards(&m);
}
