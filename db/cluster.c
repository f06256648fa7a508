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
	"taker.owner, card.vfs_most"
#define TAKERS                                                \
	" LEFT JOIN assignment ON assignment.card = card.id " \
	"LEFT JOIN host vm ON vm.id = assignment.vm "         \
	"LEFT JOIN vm taker ON taker.host = assignment.vm "

static const char CARDS[] =
	"SELECT " CARD " FROM host owner CROSS JOIN card ON card.host = owner.id" TAKERS
	"WHERE " CARD_IS_COUNTED
	"ORDER BY owner.rack, owner.rank, owner.name, owner.id, length(card.name), "
	"card.name";
static const char FUNCTIONS[] =
	"SELECT " CARD ", ifnull(function.number, -1), function.address, function.ids "
	"FROM card JOIN host owner ON owner.id = card.host" TAKERS
	"LEFT JOIN function ON function.card = card.id WHERE card.host = ?1 "
	"AND " CARD_IS_COUNTED "ORDER BY length(card.name), card.name, function.number";

#define CARD_COLUMNS 8

static struct cluster_card card_of(const struct query *query, int64_t *vfs_most)
{
	return (struct cluster_card){
		.host = query_text(query, 0),
		.name = query_text(query, 1),
		.kind = query_text(query, 2),
		.ids = query_text(query, 3),
		.obstacle = query_text(query, 4),
		.vm = query_text(query, 5),
		.owner = query_text(query, 6),
		.vfs_most = query_optional(query, 7, vfs_most),
	};
}

int db_cluster_card_each(struct db *db,
			 int (*each)(void *data, const struct cluster_card *row),
			 void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, CARDS, "");

	while (r == 0 && (r = query_step(&query)) == 1) {
		int64_t vfs_most;
		const struct cluster_card row = card_of(&query, &vfs_most);

		r = each(data, &row);
	}
	return r;
}

int db_cluster_function_each(struct db *db, int64_t host,
			     int (*each)(void *data, const struct cluster_card *card,
					 const struct cluster_function *function),
			     void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, FUNCTIONS, "i", host);

	while (r == 0 && (r = query_step(&query)) == 1) {
		int64_t vfs_most, address;
		const struct cluster_card card = card_of(&query, &vfs_most);
		const struct cluster_function function = {
			.number = query_integer(&query, CARD_COLUMNS),
			.address = query_optional(&query, CARD_COLUMNS + 1, &address),
			.ids = query_text(&query, CARD_COLUMNS + 2),
		};

		r = each(data, &card, &function);
	}
	return r;
}
