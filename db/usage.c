/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many cards are free, used or out. */
#include "db/free-card.h"
#include "db/store/internal.h"
#include "db/usage.h"

#define IS_FREE CARD_IS_SOUND "AND " CARD_IS_CLEAR_FOR("0")

static const char EACH[] =
	"SELECT ids, count(*), count(*) FILTER (WHERE free AND NOT held), "
	"count(*) FILTER (WHERE held) FROM (SELECT ids, " CARD_IS_HELD
	"AS held, (" IS_FREE ") AS free FROM card WHERE " CARD_IS_COUNTED
	") GROUP BY ids";
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
