/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All cards of all hosts, and who has them: for reports. */
#include "db/cluster.h"
#include "db/free-card.h"
#include "db/store/internal.h"

#define OBSTACLE                                                                         \
	"CASE WHEN assignment.id IS NOT NULL OR (" CARD_IS_SOUND                         \
	"AND " CARD_IS_CLEAR_FOR(                                                        \
		"0") ") THEN NULL "                                                      \
		     "WHEN card.state <> 'present' THEN card.state "                     \
		     "WHEN card.vgpu = 'none' THEN 'no-vgpu' "                           \
		     "WHEN card.address >> 32 <> 0 THEN 'domain' "                       \
		     "WHEN EXISTS (SELECT 1 FROM card_unconfirmed pair WHERE pair.card " \
		     "= card.id) THEN 'unconfirmed' ELSE 'kept' END"
#define CARD                                                                  \
	"owner.name, card.name, card.kind, card.ids, " OBSTACLE ", vm.name, " \
	"taker.owner, card.vfs_most, card.numa"
#define TAKERS                                                \
	" LEFT JOIN assignment ON assignment.card = card.id " \
	"LEFT JOIN host vm ON vm.id = assignment.vm "         \
	"LEFT JOIN vm taker ON taker.host = assignment.vm "

static const char CARDS[] =
	"SELECT " CARD " FROM host owner CROSS JOIN card ON card.host = owner.id" TAKERS
	"WHERE " CARD_IS_COUNTED
	"ORDER BY owner.rack, owner.rank, owner.name, owner.id, length(card.name), "
	"card.name";
static const char CARDS_OF[] =
	"SELECT " CARD " FROM card JOIN host owner ON owner.id = card.host" TAKERS
	"WHERE card.host = ?1 AND " CARD_IS_COUNTED
	"ORDER BY length(card.name), card.name";
static const char FUNCTIONS[] =
	"SELECT " CARD ", ifnull(function.number, -1), function.address, function.ids "
	"FROM card JOIN host owner ON owner.id = card.host" TAKERS
	"LEFT JOIN function ON function.card = card.id WHERE card.host = ?1 "
	"AND " CARD_IS_COUNTED "ORDER BY length(card.name), card.name, function.number";

#define CARD_COLUMNS 9

/* A row and what it points to. */
struct card_row {
	struct cluster_card card;
	int64_t vfs_most, numa;
};

static void read_card(const struct query *query, struct card_row *row)
{
	row->card = (struct cluster_card){
		.host = query_text(query, 0),
		.name = query_text(query, 1),
		.kind = query_text(query, 2),
		.ids = query_text(query, 3),
		.obstacle = query_text(query, 4),
		.vm = query_text(query, 5),
		.owner = query_text(query, 6),
		.vfs_most = query_optional(query, 7, &row->vfs_most),
		.numa = query_optional(query, 8, &row->numa),
	};
}

static int walk(struct query *query,
		int (*each)(void *data, const struct cluster_card *row), void *data)
{
	int r = 0;

	while (r == 0 && (r = query_step(query)) == 1) {
		struct card_row row;

		read_card(query, &row);
		r = each(data, &row.card);
	}
	return r;
}

int db_cluster_card_each(struct db *db,
			 int (*each)(void *data, const struct cluster_card *row),
			 void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, CARDS, "");

	return r < 0 ? r : walk(&query, each, data);
}

int db_cluster_card_each_of(struct db *db, int64_t host,
			    int (*each)(void *data, const struct cluster_card *row),
			    void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, CARDS_OF, "i", host);

	return r < 0 ? r : walk(&query, each, data);
}

int db_cluster_function_each(struct db *db, int64_t host,
			     int (*each)(void *data, const struct cluster_card *card,
					 const struct cluster_function *function),
			     void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, FUNCTIONS, "i", host);

	while (r == 0 && (r = query_step(&query)) == 1) {
		struct card_row row;
		int64_t address;
		const struct cluster_function function = {
			.number = query_integer(&query, CARD_COLUMNS),
			.address = query_optional(&query, CARD_COLUMNS + 1, &address),
			.ids = query_text(&query, CARD_COLUMNS + 2),
		};

		read_card(&query, &row);
		r = each(data, &row.card, &function);
	}
	return r;
}
