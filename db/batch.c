/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a batch needs: savepoints, and cards that are handed over later. */
#include <errno.h>

#include "db/card.h"
#include "db/store/internal.h"

static const char MARK[] = "SAVEPOINT line";
static const char KEEP[] = "RELEASE line";
static const char UNDO[] = "ROLLBACK TO line";
static const char LAST_EVENT[] = "SELECT ifnull(max(id), 0) FROM history";
/* Cards of which nothing but the address is known, which a VM's line says, too. */
static const char NEW_CARD[] =
	"SELECT card.name, card.address, card.id FROM card "
	"WHERE card.host = ?1 AND state = 'present' AND kind = 'pci' AND parent IS NULL "
	"AND serial IS NULL AND path IS NULL AND ids IS NULL AND numa IS NULL "
	"AND iommu_group IS NULL AND last_seen IS NULL "
	"AND EXISTS (SELECT 1 FROM history JOIN host ON host.name = history.host "
	"WHERE host.id = ?1 AND history.id > ?2 AND verb = 'added' "
	"AND history.uuid = card.uuid) "
	"AND (SELECT count(*) FROM function WHERE function.card = card.id) = 1 "
	"AND NOT EXISTS (SELECT 1 FROM function WHERE function.card = card.id "
	"AND (class IS NOT NULL OR ids IS NOT NULL)) ORDER BY card.id LIMIT 1";
static const char REMOVE[] = "DELETE FROM card WHERE id = ?";

int db_mark(struct db *db)
{
	db->code = 0;
	return db_run(db, MARK, "");
}

int db_keep(struct db *db)
{
	return db_run(db, KEEP, "");
}

int db_undo(struct db *db)
{
	int r = db_run(db, UNDO, "");

	return r < 0 ? r : db_keep(db);
}

int db_defer_cards(struct db *db,
		   int (*deferred)(void *data, const char *vm, const char *name,
				   int64_t address),
		   void *data)
{
	int r = db_fetch_integer(db, &db->deferred_since, LAST_EVENT, "");

	if (r < 0)
		return r;
	db->deferred = deferred;
	db->deferred_data = data;
	return 0;
}

/* 1 when a card was handed over, 0 when none is left, -errno. */
static int defer_one(struct db *db, const struct host_ref *host)
{
	_cleanup_query_ struct query query = { 0 };
	int64_t card;
	int r = query_start(db, &query, NEW_CARD, "ii", host->id, db->deferred_since);

	if (r == 0)
		r = query_step(&query);
	if (r != 1)
		return r;
	card = query_integer(&query, 2);
	r = db->deferred(db->deferred_data, host->name, query_text(&query, 0),
			 query_integer(&query, 1));
	query_end(&query);
	if (r < 0)
		return db_fail_memory(db);
	r = db_run(db, REMOVE, "i", card);
	return r < 0 ? r : 1;
}

int db_cards_hand_over(struct db *db, const struct host_ref *host)
{
	int r = db->deferred ? 1 : 0;

	while (r == 1)
		r = defer_one(db, host);
	return r;
}
