/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the recorded cards of a host, to compare with a scan. */
#include <string.h>

#include "db/known.h"
#include "db/store/internal.h"

#define FIRST_ROOM 16

static const char LIST[] =
	"SELECT id, name, ids, serial, path, ifnull(address, last_address), "
	"address IS NULL, state = 'quarantined', (SELECT host.name FROM assignment "
	"JOIN host ON host.id = vm WHERE card = card.id) "
	"FROM card WHERE host = ? ORDER BY length(name), name";

void known_cards_release(struct known_cards *cards)
{
	for (size_t i = 0; i < cards->count; i++) {
		free(cards->list[i].name);
		free(cards->list[i].ids);
		free(cards->list[i].serial);
		free(cards->list[i].path);
		free(cards->list[i].vm);
	}
	free(cards->list);
	*cards = (struct known_cards){ 0 };
}

static int copy(struct db *db, const struct query *query, int column, char **ret_text)
{
	const char *text = query_text(query, column);

	*ret_text = text ? strdup(text) : NULL;
	return text && !*ret_text ? db_fail_memory(db) : 0;
}

static int add(struct db *db, const struct query *query, struct known *known)
{
	int r = copy(db, query, 1, &known->name);

	known->id = query_integer(query, 0);
	known->place = query_integer(query, 5);
	known->missing = query_integer(query, 6);
	known->quarantined = query_integer(query, 7);
	if (r == 0)
		r = copy(db, query, 2, &known->ids);
	if (r == 0)
		r = copy(db, query, 3, &known->serial);
	if (r == 0)
		r = copy(db, query, 4, &known->path);
	return r < 0 ? r : copy(db, query, 8, &known->vm);
}

int db_known_load(struct db *db, int64_t host, struct known_cards *ret_cards)
{
	_cleanup_known_cards_ struct known_cards cards = { 0 };
	_cleanup_query_ struct query query = { 0 };
	size_t room = 0;
	int r = query_start(db, &query, LIST, "i", host);

	while (r == 0 && (r = query_step(&query)) == 1) {
		if (cards.count == room) {
			struct known *list;

			room = room ? 2 * room : FIRST_ROOM;
			list = reallocarray(cards.list, room, sizeof(*list));
			if (!list)
				return db_fail_memory(db);
			cards.list = list;
		}
		cards.list[cards.count] = (struct known){ 0 };
		r = add(db, &query, &cards.list[cards.count++]);
	}
	if (r < 0)
		return r;
	*ret_cards = cards;
	cards = (struct known_cards){ 0 };
	return 0;
}
