/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Assignments: which VM has which card of its container, under which name. */
#include <errno.h>
#include <string.h>

#include "db/card.h"
#include "db/claim.h"
#include "db/move.h"
#include "db/names.h"
#include "db/store/internal.h"
#include "lib/pci-address.h"

static const char FIND[] =
	"SELECT id FROM assignment WHERE vm = ? AND name = ? AND role = 'active'";
static const char CARD_AT[] = "SELECT id FROM card WHERE host = ? AND address = ?";
static const char CARD_NAMED[] = "SELECT id FROM card WHERE host = ? AND name = ?";
static const char CARD_OF_FUNCTION[] =
	"SELECT card.name FROM function JOIN card ON card.id = function.card "
	"WHERE function.host = ? AND function.address = ? AND card.address IS NOT NULL";
static const char HOLDER[] =
	"SELECT host.name FROM assignment JOIN host ON host.id = assignment.vm "
	"WHERE assignment.card = ? AND assignment.id <> ?";
/* The number in a card's name is its place in the guest; gpupci is the first place. */
static const char IN_PLACE[] =
	"SELECT name FROM assignment WHERE vm = ?1 AND role = 'active' "
	"AND CASE name WHEN 'gpupci' THEN 1 ELSE 0 + substr(name, 7) END = ?2";
static const char HOST_NAME[] = "SELECT name FROM host WHERE id = ?";
static const char ADD[] = "INSERT INTO assignment (vm, card, host, name, asked) "
			  "VALUES (:vm, :card, :host, ?, ifnull(?, 'card'))";
static const char SET[] =
	"UPDATE assignment SET card = :card, host = :host WHERE id = :assignment "
	"AND card <> :card";
static const char REMOVE[] = "DELETE FROM assignment WHERE id = :assignment";
static const char LIST_OF_VM[] = "SELECT host.name, card.name FROM assignment JOIN card "
				 "ON card.id = assignment.card "
				 "JOIN host ON host.id = assignment.host WHERE "
				 "assignment.vm = ? ORDER BY assignment.name";
/*
 * A card and its part are tied wherever they are, cards of one group while both are
 * present. Does not join a table of one row: SQLite 3.38 and later may put all cards
 * into a Bloom filter.
 */
#define NEAR(which)                                                                  \
	"SELECT id FROM card WHERE parent = " which " UNION ALL SELECT parent FROM " \
	"card WHERE id = " which " AND parent IS NOT NULL "                          \
	"UNION ALL SELECT id FROM card WHERE +address IS NOT NULL AND id <> " which  \
	" AND host = (SELECT host FROM card WHERE id = " which ") "                  \
	"AND iommu_group = (SELECT iommu_group FROM card WHERE id = " which ") "     \
	"AND (SELECT address FROM card WHERE id = " which ") IS NOT NULL "           \
	"AND (SELECT vm FROM assignment WHERE card = card.id) "                      \
	"<> (SELECT vm FROM assignment WHERE card = " which ")"
/* The VM that has one of the cards near a card. */
#define OTHER(which)                                                                     \
	"SELECT host.name FROM (" NEAR(which) ") AS near CROSS JOIN assignment "         \
					      "ON assignment.card = near.id CROSS JOIN " \
					      "host ON host.id = assignment.vm "
static const char CONFLICT[] =
	OTHER("?1") "WHERE EXISTS (SELECT 1 FROM assignment WHERE card = ?1) LIMIT 1";
static const char CONFLICTS[] =
	"SELECT mine.card, (" OTHER("mine.card") "LIMIT 1) FROM assignment AS mine "
						 "WHERE mine.vm " DB_AMONG;
static const char REMOVE_OF_VM[] = "DELETE FROM assignment WHERE vm = :vm";

/* An address names a card only if it is that of the card's first function. */
static int fail_no_card(struct db *db, const struct host_ref *vm, int64_t container,
			const char *value, const int64_t *address)
{
	_cleanup_free_ char *host = NULL, *card = NULL;
	int r = db_fetch_text(db, &host, HOST_NAME, "i", container);

	if (r == 1 && address)
		r = db_fetch_text(db, &card, CARD_OF_FUNCTION, "ii", container, *address);
	if (r < 0)
		return r;
	if (card)
		return db_fail(db, -EINVAL,
			       "%s is a function of %s of %s; give the card's name "
			       "or the address that `rocks list host gpu %s` shows",
			       value, card, host, host);
	return db_fail(
		db, -ENOENT,
		"%s, which houses %s, has no card %s; see `rocks list host gpu %s`", host,
		vm->name, value, host);
}

static int find_card(struct db *db, const struct host_ref *vm, int64_t container,
		     const char *value, int64_t *ret_card)
{
	int64_t address;
	int r;

	if (strncmp(value, "gpupci", 6) == 0) {
		r = db_fetch_integer(db, ret_card, CARD_NAMED, "it", container, value);
		if (r == 0)
			return fail_no_card(db, vm, container, value, NULL);
		return r < 0 ? r : 0;
	}
	r = db_parse_address(db, value, &address);
	if (r == 0)
		r = db_fetch_integer(db, ret_card, CARD_AT, "ii", container, address);
	if (r == 0)
		return fail_no_card(db, vm, container, value, &address);
	return r < 0 ? r : 0;
}

static int check_free(struct db *db, const struct host_ref *vm, int64_t card,
		      int64_t self, const char *value)
{
	_cleanup_free_ char *holder = NULL;
	int r = db_move_check_card(db, card);

	if (r == 0)
		r = db_fetch_text(db, &holder, HOLDER, "ii", card, self);

	if (r == 1)
		return db_fail(
			db, -EBUSY,
			"%s is held by %s (running or not); see `rocks list host gpu %s`",
			value, holder, holder);
	return r < 0 ? r : db_claim_check_card(db, vm->id, card);
}

/*
 * Two cards in one place, or a card without a place, would move when another is added. A
 * batch may be a dump of a VM that has such cards; it keeps them.
 */
static int check_place(struct db *db, const struct host_ref *vm, const char *name)
{
	const char *number = name + strlen("gpupci");
	int64_t place = *number ? strtoll(number, NULL, 10) : 1;
	_cleanup_free_ char *other = NULL;
	int r;

	if (db->deferred)
		return 0;
	if (!place)
		return db_fail(
			db, -EINVAL,
			"%s has no place in a VM, whose cards are gpupci, gpupci2, "
			"gpupci3, …",
			name);
	r = db_fetch_text(db, &other, IN_PLACE, "ii", vm->id, place);
	if (r == 1)
		return db_fail(db, -EEXIST,
			       "%s is for the same place in the guest as %s, which %s "
			       "has: give the card as gpupci2, gpupci3, …",
			       name, other, vm->name);
	return r;
}

int db_assignment_next(struct db *db, int64_t vm, int64_t *place)
{
	_cleanup_free_ char *other = NULL;
	int r = 1;

	while (r == 1) {
		free(take_pointer(other));
		++*place;
		r = db_fetch_text(db, &other, IN_PLACE, "ii", vm, *place);
	}
	return r;
}

int db_assignment_add(struct db *db, const struct host_ref *vm, int64_t container,
		      const char *name, const char *value, const char *asked)
{
	int64_t card, id;
	int r = db_move_check(db, vm->id);

	if (r == 0)
		r = find_card(db, vm, container, value, &card);
	if (r == 0)
		r = db_fetch_integer(db, &id, FIND, "it", vm->id, name);
	if (r == 1)
		return db_fail(
			db, -EEXIST,
			"%s already has a %s; `rocks set host gpu` changes it, a further "
			"card is gpupci2, gpupci3, …",
			vm->name, name);
	if (r == 0)
		r = check_place(db, vm, name);
	if (r == 0)
		r = check_free(db, vm, card, 0, value);
	return r < 0 ? r : db_run(db, ADD, "iiitt", vm->id, card, container, name, asked);
}

static int find(struct db *db, const struct host_ref *vm, const char *name,
		int64_t *ret_id)
{
	int r = db_move_check(db, vm->id);

	if (r < 0)
		return r;
	r = db_fetch_integer(db, ret_id, FIND, "it", vm->id, name);
	if (r == 0)
		return db_fail(db, -ENOENT, "%s has no %s; see `rocks list host gpu %s`",
			       vm->name, name, vm->name);
	return r < 0 ? r : 0;
}

int db_assignment_set(struct db *db, const struct host_ref *vm, int64_t container,
		      const char *name, const char *value)
{
	int64_t card = 0, id;
	int r = find(db, vm, name, &id);

	if (r == 0)
		r = find_card(db, vm, container, value, &card);
	if (r == 0)
		r = check_free(db, vm, card, id, value);
	return r < 0 ? r : db_run(db, SET, "iii", card, container, id);
}

int db_assignment_remove(struct db *db, const struct host_ref *vm, const char *name)
{
	int64_t id;
	int r = find(db, vm, name, &id);

	return r < 0 ? r : db_run(db, REMOVE, "i", id);
}

int db_gpu_release(struct db *db, const struct host_ref *vm, struct strbuf *news)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST_OF_VM, "i", vm->id);

	while (r == 0 && (r = query_step(&query)) == 1) {
		strbuf_add_format(news, "%s gave back %s of %s\n", vm->name,
				  query_text(&query, 1), query_text(&query, 0));
		r = news->error ? db_fail_memory(db) : 0;
	}
	return r < 0 ? r : db_run(db, REMOVE_OF_VM, "i", vm->id);
}

int db_gpu_conflict_each_of(struct db *db, const char *vms,
			    int (*each)(void *data, int64_t card, const char *vm),
			    void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, CONFLICTS, "t", vms);

	while (r == 0 && (r = query_step(&query)) == 1) {
		const char *vm = query_text(&query, 1);

		r = vm ? each(data, query_integer(&query, 0), vm) : 0;
	}
	return r;
}

int db_gpu_conflict_named(struct db *db, int64_t host, const char *name, char **ret_vm)
{
	int64_t card;
	int r = db_fetch_integer(db, &card, CARD_NAMED, "it", host, name);

	return r == 1 ? db_gpu_conflict(db, card, ret_vm) : r;
}

int db_gpu_conflict(struct db *db, int64_t card, char **ret_vm)
{
	return db_fetch_text(db, ret_vm, CONFLICT, "i", card);
}
