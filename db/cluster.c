/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All cards of all hosts, and who has them: for reports. */
#include "db/cluster.h"
#include "db/store/internal.h"

/* What the triggers of assignments refuse about the card itself. */
#define OBSTACLE                                                               \
	"CASE WHEN card.state <> 'present' THEN card.state "                   \
	"WHEN card.kind = 'fabric' THEN 'fabric' "                             \
	"WHEN card.vgpu = 'none' THEN 'no-vgpu' "                              \
	"WHEN card.address >> 32 <> 0 THEN 'domain' "                          \
	"WHEN EXISTS (SELECT 1 FROM card part WHERE part.parent = card.id "    \
	"AND part.address IS NOT NULL) THEN 'divided' "                        \
	"WHEN card.same_as IS NOT NULL AND EXISTS (SELECT 1 FROM "             \
	"card_unconfirmed pair WHERE pair.card = card.id) THEN 'unconfirmed' " \
	"END"
#define CARD                                                                  \
	"owner.name, card.name, card.kind, card.ids, " OBSTACLE ", vm.name, " \
	"taker.owner, card.vfs_most"
#define TAKERS                                                \
	" LEFT JOIN assignment ON assignment.card = card.id " \
	"LEFT JOIN host vm ON vm.id = assignment.vm "         \
	"LEFT JOIN vm taker ON taker.host = assignment.vm "

static const char CARDS[] =
	"SELECT " CARD " FROM host owner CROSS JOIN card ON card.host = owner.id" TAKERS
	"ORDER BY owner.rack, owner.rank, owner.name, owner.id, length(card.name), "
	"card.name";
static const char KINDS[] =
	"SELECT ids, count(*), sum(obstacle IS NOT NULL), "
	"sum(obstacle IS NULL AND vm IS NOT NULL) FROM (SELECT card.ids AS ids, " OBSTACLE
	" AS obstacle, assignment.vm AS vm FROM card "
	"LEFT JOIN assignment ON assignment.card = card.id WHERE card.host IS NOT NULL) "
	"GROUP BY ids ORDER BY ids";
static const char FUNCTIONS[] =
	"SELECT " CARD ", ifnull(function.number, -1), function.address, function.ids "
	"FROM card JOIN host owner ON owner.id = card.host" TAKERS
	"LEFT JOIN function ON function.card = card.id WHERE card.host = ?1 "
	"ORDER BY length(card.name), card.name, function.number";

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

int db_cluster_kind_each(struct db *db,
			 int (*each)(void *data, const struct cluster_kind *row),
			 void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, KINDS, "");

	while (r == 0 && (r = query_step(&query)) == 1) {
		const struct cluster_kind row = {
			.ids = query_text(&query, 0),
			.count = query_integer(&query, 1),
			.out = query_integer(&query, 2),
			.used = query_integer(&query, 3),
		};

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
