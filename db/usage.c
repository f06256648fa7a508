/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cards are free, used or out. */
#include "db/free-card.h"
#include "db/store/internal.h"
#include "db/usage.h"

#define IS_FREE CARD_IS_SOUND "AND " CARD_IS_CLEAR_FOR("0")

static const char EACH[] =
	"SELECT ids, count(*), count(*) FILTER (WHERE free AND NOT held), "
	"count(*) FILTER (WHERE held) FROM (SELECT ids, " CARD_IS_HELD
	"AS held, (" IS_FREE ") AS free FROM card WHERE " CARD_IS_COUNTED
	") GROUP BY ids";
static const char EACH_CARD[] =
	"SELECT container.name, card.name, card.ids, CASE WHEN assignment.id IS NOT NULL "
	"THEN 'used' WHEN " IS_FREE "THEN 'free' ELSE 'out' END, vm.owner, host.name, "
	"card.numa FROM card JOIN host container ON container.id = card.host "
	"LEFT JOIN assignment ON assignment.card = card.id "
	"LEFT JOIN vm ON vm.host = assignment.vm LEFT JOIN host ON host.id = vm.host "
	"WHERE card.host = ? AND " CARD_IS_COUNTED
	"ORDER BY length(card.name), card.name";

int db_usage_each(struct db *db, int (*each)(void *data, const struct usage *row),
		  void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, EACH, "");

	while (r == 0 && (r = query_step(&query)) == 1) {
		struct usage row = { .ids = query_text(&query, 0),
				     .cards = query_integer(&query, 1),
				     .free = query_integer(&query, 2),
				     .used = query_integer(&query, 3) };

		row.out = row.cards - row.free - row.used;
		r = each(data, &row);
	}
	return r;
}

int db_used_card_each(struct db *db, int64_t host,
		      int (*each)(void *data, const struct used_card *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, EACH_CARD, "i", host);
	int64_t numa;

	while (r == 0 && (r = query_step(&query)) == 1) {
		const struct used_card row = {
			.host = query_text(&query, 0),
			.name = query_text(&query, 1),
			.ids = query_text(&query, 2),
			.state = query_text(&query, 3),
			.owner = query_text(&query, 4),
			.vm = query_text(&query, 5),
			.numa = query_optional(&query, 6, &numa),
		};

		r = each(data, &row);
	}
	return r;
}
