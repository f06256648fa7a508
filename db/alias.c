/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Aliases of hosts. */
#include "db/alias.h"
#include "db/names.h"
#include "db/store/internal.h"

static const char ADD[] = "INSERT INTO alias (host, name) VALUES (?, ?)";
static const char REMOVE[] = "DELETE FROM alias WHERE host = ? AND name = ?";
static const char LIST[] = "SELECT name FROM alias WHERE host = ? ORDER BY name";

int db_alias_add(struct db *db, const struct host_ref *host, const char *name)
{
	int r = db_check_new_alias(db, name);

	return r < 0 ? r : db_run(db, ADD, "it", host->id, name);
}

int db_alias_remove(struct db *db, const struct host_ref *host, const char *name)
{
	return db_run(db, REMOVE, "it", host->id, name);
}

int db_alias_each(struct db *db, int64_t host, int (*each)(void *data, const char *name),
		  void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST, "i", host);

	while (r == 0 && (r = query_step(&query)) == 1)
		r = each(data, query_text(&query, 0));
	return r;
}
