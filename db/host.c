/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hosts. */
#include <errno.h>
#include <string.h>

#include "db/appliance.h"
#include "db/host.h"
#include "db/names.h"
#include "db/store/internal.h"
#include "db/store/limits.h"
#include "lib/text.h"

static const char GET[] =
	"SELECT host.id, host.name, appliance.name, membership, rack, rank, cpus, os, "
	"runaction, installaction FROM host JOIN appliance ON appliance.id = "
	"host.appliance "
	"WHERE host.id = ?";
static const char ADD[] =
	"INSERT INTO host (name, appliance, rack, rank, cpus, os, runaction, "
	"installaction) "
	"VALUES (?, ?, ?, ?, ifnull(?, 1), ifnull(?, 'linux'), ifnull(?, 'os'), "
	"ifnull(?, 'install'))";
static const char SET[] =
	"UPDATE host SET appliance = ifnull(?2, appliance), rack = ifnull(?3, rack), "
	"rank = ifnull(?4, rank), cpus = ifnull(?5, cpus), os = ifnull(?6, os), "
	"runaction = ifnull(?7, runaction), installaction = ifnull(?8, installaction) "
	"WHERE id = ?1";

int db_host_each(struct db *db, const struct host_set *hosts,
		 int (*each)(void *data, const struct host *row), void *data)
{
	int r = 0;

	for (size_t i = 0; i < hosts->count && r == 0; i++) {
		_cleanup_query_ struct query query = { 0 };
		struct host row;

		r = query_start(db, &query, GET, "i", hosts->hosts[i].id);
		if (r == 0)
			r = query_step(&query);
		if (r != 1)
			continue;
		row = (struct host){
			.id = query_integer(&query, 0),
			.name = query_text(&query, 1),
			.appliance = query_text(&query, 2),
			.membership = query_text(&query, 3),
			.rack = query_integer(&query, 4),
			.rank = query_integer(&query, 5),
			.cpus = query_integer(&query, 6),
			.os = query_text(&query, 7),
			.runaction = query_text(&query, 8),
			.installaction = query_text(&query, 9),
		};
		r = each(data, &row);
	}
	return r;
}

/* The parts of a name such as compute-0-0. */
struct place {
	int64_t appliance, rack, rank;
};

/* 1 if the name has such parts, 0 if not, -errno. */
static int place_from_name(struct db *db, const char *name, struct place *ret_place)
{
	_cleanup_free_ char *copy = strdup(name);
	char *rack, *rank;
	int r;

	if (!copy)
		return db_fail_memory(db);
	rank = strrchr(copy, '-');
	if (!rank)
		return 0;
	*rank++ = '\0';
	rack = strrchr(copy, '-');
	if (!rack)
		return 0;
	*rack++ = '\0';
	if (text_parse_integer(rack, 0, DB_RACK_MOST, &ret_place->rack) < 0 ||
	    text_parse_integer(rank, 0, DB_RANK_MOST, &ret_place->rank) < 0)
		return 0;
	r = db_appliance_find(db, copy, &ret_place->appliance);
	return r == -ENOENT ? 0 : r < 0 ? r : 1;
}

static int check_change(struct db *db, const struct host_change *change)
{
	int r = 0;

	if (change->os)
		r = db_check_word(db, "os", change->os);
	if (r == 0 && change->runaction && *change->runaction)
		r = db_check_label(db, "runaction", change->runaction);
	if (r == 0 && change->installaction && *change->installaction)
		r = db_check_label(db, "installaction", change->installaction);
	return r;
}

int db_host_add(struct db *db, const char *name, const struct host_change *change,
		int64_t *ret_id)
{
	struct place place = { 0 };
	int r = db_check_new_host_name(db, name);

	if (r == 0)
		r = check_change(db, change);
	if (r == 0)
		r = place_from_name(db, name, &place);
	if (r < 0)
		return r;
	if (r == 0 && (!change->membership || !change->rack || !change->rank))
		return db_fail(
			db, -EINVAL,
			"«%s» does not contain its appliance, rack and rank (up "
			"to " DB_LIMIT_TEXT(DB_RANK_MOST) ") as compute-0-0 does: give "
							  "membership=, rack= and rank=",
			name);
	if (change->membership) {
		r = db_appliance_find(db, change->membership, &place.appliance);
		if (r < 0)
			return r;
	}
	r = db_run(db, ADD, "tiiiottt", name, place.appliance,
		   change->rack ? *change->rack : place.rack,
		   change->rank ? *change->rank : place.rank, change->cpus, change->os,
		   change->runaction, change->installaction);
	if (r < 0)
		return r;
	*ret_id = sqlite3_last_insert_rowid(db->sqlite);
	return 0;
}

int db_host_set(struct db *db, const struct host_set *hosts,
		const struct host_change *change)
{
	int64_t appliance;
	int r = check_change(db, change);

	if (r == 0 && change->membership)
		r = db_appliance_find(db, change->membership, &appliance);
	for (size_t i = 0; i < hosts->count && r == 0; i++)
		r = db_run(db, SET, "ioooottt", hosts->hosts[i].id,
			   change->membership ? &appliance : NULL, change->rack,
			   change->rank, change->cpus, change->os, change->runaction,
			   change->installaction);
	return r;
}
