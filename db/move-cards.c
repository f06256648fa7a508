/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cards of a VM that moves: reserved on the target, then exchanged. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "db/equivalent.h"
#include "db/free-card.h"
#include "db/model.h"
#include "db/move.h"
#include "db/store/internal.h"
#include "lib/pci-address.h"

/*
 * A card's kind, then number, class and ids of each function: what matters to a driver.
 */
#define SHAPE                                                                         \
	"card.kind || ifnull(' ' || vgpu, '') || (SELECT group_concat(of_card.text, " \
	"',') FROM (SELECT ' ' || "                                                   \
	"number || '/' || ifnull(class, '') || '/' || ifnull(ids, '') AS text "       \
	"FROM function WHERE card = card.id ORDER BY number) of_card)"

static const char WANTED[] =
	"SELECT card.id, assignment.name, card.ids, " SHAPE ", ifnull(card.numa, -1), "
	"ifnull(card.address, card.last_address), card.name, asked FROM assignment "
	"JOIN card ON card.id = assignment.card WHERE vm = ?1 AND role = 'active' "
	"ORDER BY length(assignment.name), assignment.name";
/* Leaves out cards that the rules of assignments would refuse. */
static const char OPTIONS[] =
	"SELECT card.id, card.name, card.ids, " SHAPE ", ifnull(card.numa, -1), "
	"card.address, card.name, NULL FROM card WHERE card.host = ?1 "
	"AND " CARD_IS_COUNTED "AND " CARD_IS_SOUND "AND NOT " CARD_IS_HELD
	"AND " CARD_IS_CLEAR_FOR("?2") "ORDER BY length(card.name), card.name";
/* Says why no card fits. */
static const char ALIKE[] =
	"SELECT group_concat(card.name || ' (' || CASE WHEN state <> 'present' THEN "
	"state "
	"ELSE ifnull('held by ' || (SELECT host.name FROM assignment JOIN host "
	"ON host.id = vm WHERE card = card.id), 'not to be had, or with other "
	"functions') "
	"END || ')', ', ') FROM card WHERE card.host = ?1 "
	"AND substr(ids, 1, 9) = substr(?2, 1, 9)";
static const char RESERVE[] =
	"INSERT INTO assignment (vm, card, host, name, role, asked) "
	"SELECT :vm, :card, :host, ?4, 'reserved', asked FROM assignment "
	"WHERE vm = :vm AND name = ?4 AND role = 'active'";
/*
 * No card of a VM has a name with ~, so that the names of both roles can be exchanged.
 */
static const char STEP_ASIDE[] =
	"UPDATE assignment SET name = name || '~' WHERE vm = :vm AND role = 'reserved'";
static const char STEP_BACK[] =
	"UPDATE assignment SET role = 'reserved' WHERE vm = :vm AND role = 'active'";
static const char STEP_FORWARD[] =
	"UPDATE assignment SET role = 'active', name = rtrim(name, '~') "
	"WHERE vm = :vm AND name LIKE '%~'";
static const char HOUSE[] =
	"UPDATE vm SET container = :host, slice = CASE WHEN NOT EXISTS (SELECT 1 FROM vm "
	"WHERE container = :host AND slice = ?2 AND host <> :vm) THEN ?2 ELSE (SELECT "
	"min(free) FROM (SELECT 0 AS free UNION ALL SELECT slice + 1 FROM vm "
	"WHERE container = :host) WHERE free NOT IN (SELECT slice FROM vm "
	"WHERE container = :host AND host <> :vm)) END WHERE host = :vm";

/* Cards with what is known of them. */
struct card_list {
	struct card_model *models;
	struct listed_card {
		int64_t id, address;
		char *name, *card_name, *ids, *shape;
	} * cards;
	size_t count;
};

static void release(struct card_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->cards[i].name);
		free(list->cards[i].card_name);
		free(list->cards[i].ids);
		free(list->cards[i].shape);
	}
	free(list->cards);
	free(list->models);
}

static char *copy(const struct query *query, int column)
{
	const char *text = query_text(query, column);

	return text ? strdup(text) : NULL;
}

/* What was asked for, if that is a model's name; of an option, its model. */
static const char *model_of(const struct models *models, const struct query *query)
{
	const char *asked = query_text(query, 7);

	return asked ? models_find(models, asked)
		     : models_of(models, query_text(query, 2));
}

static int add(struct card_list *list, const struct models *known,
	       const struct query *query)
{
	struct listed_card *cards =
		reallocarray(list->cards, list->count + 1, sizeof(*cards));
	struct card_model *models =
		reallocarray(list->models, list->count + 1, sizeof(*models));
	struct listed_card *card;

	if (cards)
		list->cards = cards;
	if (models)
		list->models = models;
	if (!cards || !models)
		return -ENOMEM;
	card = &cards[list->count];
	*card = (struct listed_card){ .id = query_integer(query, 0),
				      .address = query_integer(query, 5),
				      .name = copy(query, 1),
				      .card_name = copy(query, 6),
				      .ids = copy(query, 2),
				      .shape = copy(query, 3) };
	models[list->count] =
		(struct card_model){ .ids = card->ids,
				     .shape = card->shape ? card->shape : "",
				     .numa = query_integer(query, 4),
				     .model = model_of(known, query) };
	list->count++;
	return card->name && card->card_name ? 0 : -ENOMEM;
}

static int load(struct db *db, const struct models *models, const char *sql,
		int64_t first, int64_t second, struct card_list *list)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, sql, sql == OPTIONS ? "ii" : "i", first, second);

	while (r == 0 && (r = query_step(&query)) == 1)
		r = add(list, models, &query) < 0 ? db_fail_memory(db) : 0;
	return r;
}

static int fail_none(struct db *db, const struct host_ref *target,
		     const struct listed_card *card, const char *model)
{
	_cleanup_free_ char *alike = NULL;
	int r;

	if (model)
		return db_fail(db, -ENOENT,
			       "%s has no free card for its %s, which asks for the model "
			       "%s; see `rocks list gpu card %s host=%s`",
			       target->name, card->name, model, model, target->name);

	if (!card->ids)
		return db_fail(db, -ENOENT,
			       "the model of its %s is unknown, so no card is known to "
			       "be like it; `rocks sync host gpu` asks the container",
			       card->name);
	r = db_fetch_text(db, &alike, ALIKE, "it", target->id, card->ids);
	if (r < 0)
		return r;
	return db_fail(
		db, -ENOENT,
		"%s has no free card like its %s (%.9s, the same functions): %s%s; "
		"see `rocks list host gpu %s`",
		target->name, card->name, card->ids,
		*alike ? "of that model it has " : "it has none of that model", alike,
		target->name);
}

static void add_pair(struct strbuf *news, const struct listed_card *from,
		     const struct listed_card *to)
{
	char before[PCI_ADDRESS_SIZE], after[PCI_ADDRESS_SIZE];
	struct pci_address address;

	pci_address_unpack(from->address, &address);
	pci_address_node(address, before);
	pci_address_unpack(to->address, &address);
	pci_address_node(address, after);
	strbuf_add_format(news, "%s: %s at %s -> %s at %s\n", from->name, from->card_name,
			  before, to->card_name, after);
}

int db_move_reserve(struct db *db, const struct models *models, int64_t vm,
		    const struct host_ref *target, struct strbuf *news)
{
	_cleanup_(release) struct card_list wanted = { 0 }, options = { 0 };
	_cleanup_free_ size_t *choice = NULL;
	int r = load(db, models, WANTED, vm, 0, &wanted);

	if (r == 0)
		r = load(db, models, OPTIONS, target->id, vm, &options);
	if (r < 0)
		return r;
	choice = calloc(wanted.count + 1, sizeof(*choice));
	if (!choice || cards_choose(wanted.models, wanted.count, options.models,
				    options.count, choice) < 0)
		return db_fail_memory(db);
	for (size_t i = 0; i < wanted.count && r == 0; i++) {
		if (choice[i] == EQUIVALENT_NONE)
			return fail_none(db, target, &wanted.cards[i],
					 wanted.models[i].model);
		add_pair(news, &wanted.cards[i], &options.cards[choice[i]]);
		r = db_run(db, RESERVE, "iiit", vm, options.cards[choice[i]].id,
			   target->id, wanted.cards[i].name);
	}
	return news->error ? db_fail_memory(db) : r;
}

int db_move_switch(struct db *db, int64_t vm, int64_t container, int64_t slice)
{
	int r = db_run(db, STEP_ASIDE, "i", vm);

	if (r == 0)
		r = db_run(db, STEP_BACK, "i", vm);
	if (r == 0)
		r = db_run(db, HOUSE, "iii", container, slice, vm);
	return r < 0 ? r : db_run(db, STEP_FORWARD, "i", vm);
}
