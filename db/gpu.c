/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards of physical hosts and cards of VMs, under one set of verbs. */
#include <errno.h>
#include <string.h>

#include "db/card.h"
#include "db/gpu.h"
#include "db/names.h"
#include "db/store/internal.h"
#include "db/vm.h"
#include "lib/wish.h"

/* A missing card is swapped if another card sits at its last address. */
#define CARD                                                                   \
	"card.name, owner.name, kind, uuid, address, last_address, "           \
	"CASE WHEN state = 'missing' AND EXISTS (SELECT 1 FROM card other "    \
	"WHERE other.host = card.host AND other.address = card.last_address) " \
	"THEN 'swapped' ELSE state END, ids, serial, path, numa, "             \
	"iommu_group, last_seen, "                                             \
	"(SELECT whole.name FROM card whole WHERE whole.id = card.parent "     \
	"AND whole.parent IS NULL AND whole.host IS card.host), vgpu, "        \
	"EXISTS (SELECT 1 FROM card part WHERE part.parent = card.id "         \
	"AND part.address IS NOT NULL), same_as, same_as IS NOT NULL AND "     \
	"EXISTS (SELECT 1 FROM card_unconfirmed pair WHERE pair.card = card.id), "

/* Shorter names first, so that gpupci2 comes before gpupci10. */
static const char OF_HOST[] =
	"SELECT card.id, card.name, " CARD "(SELECT host.name FROM assignment JOIN host "
	"ON host.id = vm WHERE card = card.id), card.host, NULL "
	"FROM card JOIN host owner ON owner.id = card.host WHERE card.host = ? "
	"ORDER BY length(card.name), card.name";
#define HELD                                                                    \
	"SELECT card.id, assignment.name, " CARD                                \
	"vm.name, assignment.vm, nullif(asked, 'card') FROM assignment "        \
	"JOIN card ON card.id = assignment.card JOIN host owner ON owner.id = " \
	"card.host "                                                            \
	"JOIN host vm ON vm.id = assignment.vm WHERE role = 'active' AND assignment.vm "
static const char OF_VM[] = HELD "= ? ORDER BY length(assignment.name), assignment.name";
static const char OF_VMS[] =
	HELD DB_AMONG " ORDER BY assignment.vm, length(assignment.name), assignment.name";

/* Cards whose host was removed. */
static const char OF_NONE[] =
	"SELECT card.id, card.name, " CARD "NULL, 0, NULL FROM card "
	"LEFT JOIN host owner ON owner.id = card.host WHERE card.host IS ? "
	"ORDER BY serial, uuid";
static const char RETIRED[] = "SELECT count(*), max(id) FROM card WHERE host IS NULL "
			      "AND (uuid = ?1 OR serial = ?1)";
static const char HAS[] =
	"SELECT 1 FROM card WHERE host = ?1 AND name = ?2 UNION ALL "
	"SELECT 1 FROM assignment WHERE vm = ?1 AND name = ?2 AND role = 'active'";
static const char FORGET[] = "DELETE FROM card WHERE id = ?";

/* Reads only what a listing shows, for listings of a whole cluster. */
static const char PLACES_OF_HOST[] =
	"SELECT name, address, CASE WHEN same_as IS NOT NULL THEN id END FROM card "
	"WHERE host = ? ORDER BY length(name), name";
static const char PLACES_OF_VM[] =
	"SELECT assignment.name, card.address, NULL FROM assignment "
	"JOIN card ON card.id = assignment.card WHERE "
	"assignment.vm = ? AND role = 'active' "
	"ORDER BY length(assignment.name), assignment.name";

/* A slot's functions are those of its card, even if no scan has found them yet. */
static const char IN_SLOT[] =
	"SELECT card.name FROM function JOIN card ON card.id = function.card "
	"WHERE function.host = ?1 AND function.address BETWEEN ?2 & ~7 AND ?2 | 7 "
	"AND card.address IS NOT NULL";

static int walk(struct query *query, int (*each)(void *data, const struct gpu *row),
		void *data)
{
	int r = 0;

	while (r == 0 && (r = query_step(query)) == 1) {
		int64_t address, last_address, numa, group;
		struct gpu row = {
			.card = query_integer(query, 0),
			.name = query_text(query, 1),
			.card_name = query_text(query, 2),
			.host = query_text(query, 3),
			.kind = query_text(query, 4),
			.uuid = query_text(query, 5),
			.address = query_optional(query, 6, &address),
			.last_address = query_optional(query, 7, &last_address),
			.state = query_text(query, 8),
			.ids = query_text(query, 9),
			.serial = query_text(query, 10),
			.path = query_text(query, 11),
			.numa = query_optional(query, 12, &numa),
			.group = query_optional(query, 13, &group),
			.last_seen = query_text(query, 14),
			.parent = query_text(query, 15),
			.vgpu = query_text(query, 16),
			.is_divided = query_integer(query, 17) != 0,
			.same_as = query_text(query, 18),
			.is_unconfirmed = query_integer(query, 19) != 0,
			.vm = query_text(query, 20),
			.owner = query_integer(query, 21),
			.asked = query_text(query, 22),
		};

		r = each(data, &row);
	}
	return r;
}

static int each_of(struct db *db, const char *sql, const int64_t *host,
		   int (*each)(void *data, const struct gpu *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, sql, "o", host);

	return r < 0 ? r : walk(&query, each, data);
}

int db_gpu_each(struct db *db, int64_t host,
		int (*each)(void *data, const struct gpu *row), void *data)
{
	int r = each_of(db, OF_HOST, &host, each, data);

	return r ? r : each_of(db, OF_VM, &host, each, data);
}

int db_gpu_each_of(struct db *db, const char *vms,
		   int (*each)(void *data, const struct gpu *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, OF_VMS, "t", vms);

	return r < 0 ? r : walk(&query, each, data);
}

int db_retired_each(struct db *db, int (*each)(void *data, const struct gpu *row),
		    void *data)
{
	return each_of(db, OF_NONE, NULL, each, data);
}

int db_retired_remove(struct db *db, const char *word)
{
	_cleanup_query_ struct query query = { 0 };
	int64_t count, card;
	int r = query_start(db, &query, RETIRED, "t", word);

	if (r == 0)
		r = query_step(&query);
	if (r < 0)
		return r;
	count = query_integer(&query, 0);
	card = query_integer(&query, 1);
	query_end(&query);
	if (count == 0)
		return db_fail(
			db, -ENOENT,
			"there is no card «%s» without a host; see `rocks list retired "
			"gpu`",
			word);
	if (count > 1)
		return db_fail(db, -EINVAL,
			       "%lld cards have the serial number «%s»; give the UUID of "
			       "one, see `rocks list retired gpu`",
			       (long long)count, word);
	return db_run(db, FORGET, "i", card);
}

static int each_place_of(struct db *db, const char *sql, int64_t host,
			 int (*each)(void *data, const char *name, const int64_t *address,
				     const int64_t *doubted),
			 void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, sql, "i", host);

	while (r == 0 && (r = query_step(&query)) == 1) {
		int64_t address, doubted;

		r = each(data, query_text(&query, 0), query_optional(&query, 1, &address),
			 query_optional(&query, 2, &doubted));
	}
	return r;
}

int db_gpu_place_each(struct db *db, int64_t host,
		      int (*each)(void *data, const char *name, const int64_t *address,
				  const int64_t *doubted),
		      void *data)
{
	int r = each_place_of(db, PLACES_OF_HOST, host, each, data);

	return r ? r : each_place_of(db, PLACES_OF_VM, host, each, data);
}

static bool has_facts(const struct gpu_facts *facts)
{
	return facts->functions || facts->serial || facts->path || facts->ids ||
	       facts->state || facts->kind || facts->parent || facts->numa ||
	       facts->group || facts->uuid || facts->last_seen || facts->vgpu ||
	       facts->same_as;
}

/* 1 and the container if the host is a VM; 0 if it is physical. */
static int check(struct db *db, const struct host_ref *host, const char *name,
		 const struct gpu_facts *facts, int64_t *ret_container)
{
	int r = db_check_gpu_name(db, name);

	if (r == 0)
		r = db_vm_container(db, host->id, ret_container);
	if (r == 1 && has_facts(facts))
		return db_fail(
			db, -EINVAL,
			"%s is a VM: functions=, serial=, path=, id=, numa=, state=, "
			"kind=, parent=, group=, seen=, vgpu=, uuid= and same-as= belong "
			"to the "
			"card of its container",
			host->name);
	if (r == 1 && facts->asked && !wish_is_name(facts->asked) &&
	    !wish_is_ids(facts->asked))
		return db_fail(db, -EINVAL, "asked=%s is no model", facts->asked);
	if (r == 0 && facts->asked)
		return db_fail(db, -EINVAL, "%s is no VM: asked= belongs to a VM's card",
			       host->name);
	return r;
}

int db_gpu_at(struct db *db, int64_t host, int64_t address, char **ret_name)
{
	return db_fetch_text(db, ret_name, IN_SLOT, "ii", host, address);
}

int db_gpu_add(struct db *db, const struct host_ref *host, const char *name,
	       const char *value, const struct gpu_facts *facts)
{
	int64_t container;
	int r = check(db, host, name, facts, &container);

	if (r == 1)
		return db_assignment_add(db, host, container, name, value, facts->asked);
	return r < 0 ? r : db_card_add(db, host, name, value, facts);
}

/* Whether a host or VM has a card of that name: 1, 0, -errno. */
static int has(struct db *db, int64_t host, const char *name)
{
	int64_t one;

	return db_fetch_integer(db, &one, HAS, "it", host, name);
}

int db_gpu_set(struct db *db, const struct host_ref *host, const char *name,
	       const char *value, const struct gpu_facts *facts)
{
	int64_t container;
	int r = value ? has(db, host->id, name) : 1;

	if (r == 0)
		return db_gpu_add(db, host, name, value, facts);
	if (r == 1)
		r = check(db, host, name, facts, &container);
	if (r >= 0 && !value && (r == 1 || !has_facts(facts)))
		return db_fail(db, -EINVAL, "nothing to set is given for %s of %s", name,
			       host->name);
	if (r == 1)
		return db_assignment_set(db, host, container, name, value);
	return r < 0 ? r : db_card_set(db, host, name, value, facts);
}

int db_gpu_remove(struct db *db, const struct host_set *hosts, const char *name)
{
	int r = 0;

	/* VMs first, so that one call can take a card from its VM and from its host. */
	for (int vms = 1; vms >= 0; vms--) {
		for (size_t i = 0; i < hosts->count && r >= 0; i++) {
			const struct host_ref *host = &hosts->hosts[i];

			r = db_vm_exists(db, host->id);
			if (r != vms)
				continue;
			r = vms ? db_assignment_remove(db, host, name)
				: db_card_remove(db, host, name);
		}
	}
	return r < 0 ? r : 0;
}
