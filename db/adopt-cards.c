/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cards of VMs that were just recorded. */
#include <errno.h>
#include <string.h>

#include "db/adopt-cards.h"
#include "db/card.h"
#include "db/gpu.h"
#include "db/store/internal.h"
#include "lib/json.h"
#include "lib/pci-address.h"

/* ?1: a list of objects with row, runs and functions; ?2: the host. */
#define FOUND                                                                         \
	"WITH found AS (SELECT json_extract(entry.value, '$.row') AS row, "           \
	"json_extract(entry.value, '$.runs') AS runs, function.value AS address "     \
	"FROM json_each(?1) AS entry, json_each(entry.value, '$.functions') AS "      \
	"function), wanted AS (SELECT DISTINCT row, runs, found.address, card.id AS " \
	"card FROM found LEFT JOIN function ON function.host = ?2 "                   \
	"AND function.address = found.address LEFT JOIN card "                        \
	"ON card.id = function.card AND card.address IS NOT NULL) "
static const char CARDS[] =
	FOUND "SELECT card.name, count(DISTINCT row), count(DISTINCT CASE WHEN runs THEN "
	      "row END), ifnull(max(CASE WHEN runs THEN row END), max(row)), "
	      "'[' || group_concat(DISTINCT row) || ']' FROM wanted "
	      "JOIN card ON card.id = wanted.card GROUP BY card.id ORDER BY card.address";
static const char OTHERS[] = FOUND "SELECT DISTINCT row, address FROM wanted "
				   "WHERE card IS NULL ORDER BY row, address";
static const char ROWS[] = "SELECT value FROM json_each(?1) ORDER BY value";

/* A card, and the rows of the VMs that have it. */
struct wanted_card {
	char *name, *rows;
	size_t row; /* of the one that gets it, if one does */
	bool is_given;
};

struct wanted_cards {
	struct wanted_card *list;
	size_t count, room;
};

static void release(struct wanted_cards *cards)
{
	for (size_t i = 0; i < cards->count; i++) {
		free(cards->list[i].name);
		free(cards->list[i].rows);
	}
	free(cards->list);
}

static void write_found(struct json *json, size_t row, bool runs, const char *functions)
{
	json_begin_object(json);
	json_key(json, "row");
	json_unsigned(json, row);
	json_key(json, "runs");
	json_integer(json, runs);
	json_key(json, "functions");
	json_raw(json, functions);
	json_end_object(json);
}

/*
 * The functions of the new VMs, twice for one that runs: what it has, and what its
 * definition gives it. The caller frees the text. 0 or -ENOMEM.
 */
static int find_functions(const struct seen_vms *vms, const struct adoption_rows *rows,
			  char **ret_text)
{
	size_t length;
	FILE *file = open_memstream(ret_text, &length);
	struct json json = JSON_TO(file);

	if (!file)
		return -ENOMEM;
	json_begin_list(&json);
	for (size_t i = 0; i < rows->count; i++) {
		if (strcmp(rows->list[i].state, "new") != 0)
			continue;
		if (vms->list[i].runs)
			write_found(&json, i, true, vms->list[i].now);
		write_found(&json, i, false, vms->list[i].next);
	}
	json_end_list(&json);
	return fclose(file) < 0 ? -ENOMEM : 0;
}

static int add_card(struct db *db, const struct query *query, struct wanted_cards *cards)
{
	struct wanted_card *card;

	if (cards->count == cards->room) {
		size_t room = cards->room ? 2 * cards->room : 64;
		struct wanted_card *list = reallocarray(cards->list, room, sizeof(*list));

		if (!list)
			return db_fail_memory(db);
		cards->list = list;
		cards->room = room;
	}
	card = &cards->list[cards->count++];
	*card = (struct wanted_card){
		.name = strdup(query_text(query, 0)),
		.rows = strdup(query_text(query, 4)),
		.row = (size_t)query_integer(query, 3),
		.is_given =
			query_integer(query, 2) == 1 ||
			(query_integer(query, 2) == 0 && query_integer(query, 1) == 1),
	};
	return card->name && card->rows ? 0 : db_fail_memory(db);
}

static int load(struct db *db, int64_t host, const char *found,
		struct wanted_cards *cards)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, CARDS, "ti", found, host);

	while (r == 0 && (r = query_step(&query)) == 1)
		r = add_card(db, &query, cards);
	return r;
}

/* What libvirt passes that is not a recorded card. */
static int note_others(struct db *db, int64_t host, const char *found,
		       struct adoption_rows *rows)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, OTHERS, "ti", found, host);

	while (r == 0 && (r = query_step(&query)) == 1) {
		char text[PCI_ADDRESS_SIZE];

		adoption_note(&rows->list[query_integer(&query, 0)],
			      "has %s, which is not a recorded card",
			      pci_address_sysfs_packed(query_integer(&query, 1), text));
		r = 0;
	}
	return r;
}

/* Notes on all other VMs with this card that they do not get it. */
static int note_rivals(struct db *db, const struct wanted_card *card,
		       struct adoption_rows *rows)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, ROWS, "t", card->rows);

	while (r == 0 && (r = query_step(&query)) == 1) {
		size_t row = (size_t)query_integer(&query, 0);

		if (!card->is_given)
			adoption_note(&rows->list[row],
				      "%s, which other VMs have, too, is given to none: "
				      "`rocks add host gpu %s gpupci %s` gives it to "
				      "this one",
				      card->name, rows->list[row].name, card->name);
		else if (row != card->row)
			adoption_note(&rows->list[row], "%s is given to %s, which runs",
				      card->name, rows->list[card->row].name);
		r = 0;
	}
	return r;
}

static int give(struct db *db, const struct host_ref *host,
		const struct wanted_card *card, struct adoption_row *row)
{
	const struct host_ref vm = { .id = row->vm, .name = row->name };
	char name[32] = "gpupci";
	int r = db_mark(db);

	if (row->cards)
		snprintf(name, sizeof(name), "gpupci%u", row->cards + 1);
	if (r == 0)
		r = db_assignment_add(db, &vm, host->id, name, card->name, NULL);
	if (adoption_is_refusal(r)) {
		adoption_note(row, "does not get %s: %s", card->name, db_error(db));
		return db_undo(db);
	}
	if (r < 0)
		return r;
	row->cards++;
	strbuf_add_format(&row->gpus, "%s%s", row->gpus.length ? "," : "", card->name);
	return db_keep(db);
}

int db_adopt_cards(struct db *db, const struct seen_vms *vms, struct adoption_rows *rows)
{
	_cleanup_(release) struct wanted_cards cards = { 0 };
	_cleanup_free_ char *found = NULL;
	int r;

	if (find_functions(vms, rows, &found) < 0)
		return db_fail_memory(db);
	r = load(db, vms->host->id, found, &cards);
	for (size_t i = 0; i < cards.count && r == 0; i++) {
		struct wanted_card *card = &cards.list[i];

		r = note_rivals(db, card, rows);
		if (r == 0 && card->is_given)
			r = give(db, vms->host, card, &rows->list[card->row]);
	}
	return r < 0 ? r : note_others(db, vms->host->id, found, rows);
}
