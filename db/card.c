/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards of physical hosts. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "db/card.h"
#include "db/move.h"
#include "db/names.h"
#include "db/store/internal.h"
#include "lib/text.h"

static const char FIND[] = "SELECT id FROM card WHERE host = ? AND name = ?";
static const char AT_SLOT[] =
	"SELECT card.name FROM function JOIN card ON card.id = function.card "
	"WHERE function.host = ?1 AND function.address BETWEEN ?2 & ~7 AND ?2 | 7 "
	"AND card.address IS NOT NULL AND card.id <> ?3 AND (function.address = ?2 "
	"OR (card.kind = 'pci' AND ?4 = 'pci'))";
/* The view slot_conflict, for a card that is not there yet or changes its kind. */
static const char AT_FUNCTION[] =
	"SELECT other.name FROM card mine CROSS JOIN function own ON own.card = mine.id "
	"CROSS JOIN function near ON near.host = own.host "
	"AND near.address BETWEEN own.address & ~7 AND own.address | 7 "
	"CROSS JOIN card other ON other.id = near.card AND other.id <> mine.id "
	"WHERE mine.id = ?1 AND other.address IS NOT NULL AND (near.address = "
	"own.address "
	"OR (ifnull(?2, mine.kind) = 'pci' AND other.kind = 'pci'))";
static const char IS_THERE[] = "SELECT address IS NOT NULL FROM card WHERE id = ?";
static const char ADD[] =
	"INSERT INTO card (host, name, address, last_address, uuid, state, kind, path, "
	"ids, numa, iommu_group, last_seen, vgpu) "
	"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, lower(?9), ?10, ?11, ?12, "
	"nullif(?13, ''))";
static const char SET_FACTS[] =
	"UPDATE card SET serial = ifnull(?1, serial), path = ifnull(?2, path), "
	"ids = ifnull(lower(?3), ids), numa = ifnull(?4, numa), kind = ifnull(?5, kind), "
	"parent = ifnull(?6, parent), iommu_group = ifnull(?7, iommu_group), "
	"last_seen = ifnull(?8, last_seen), uuid = ifnull(?9, uuid), "
	"vgpu = nullif(ifnull(?10, vgpu), ''), "
	"same_as = CASE WHEN ?11 IS NULL THEN same_as ELSE nullif(?11, '') END "
	"WHERE id = :card";
static const char UUID_OWNER[] =
	"SELECT card.name || ' of ' || ifnull(host.name, 'no host') FROM card "
	"LEFT JOIN host ON host.id = card.host WHERE uuid = ? AND card.id <> ?";
/* SQLite accepts other forms of a time, and brings them into this one. */
static const char IS_TIME[] =
	"SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?1, '+0 days') IS ?1 AND length(?1) = 20";
static const char SET_KIND[] = "UPDATE card SET kind = ?1 WHERE id = :card";
static const char SET_ADDRESS[] = "UPDATE card SET address = ?1, last_address = ?2, "
				  "state = ?3, kind = ifnull(?4, kind) WHERE id = :card";
static const char SHIFT_FUNCTIONS[] = "UPDATE function SET address = address + ?1 - ?2 "
				      "WHERE address >> 3 = ?2 >> 3 AND card = :card";
/* When a card has moved, only what it is remains known, not where it sits. */
static const char FORGET_PLACE[] =
	"UPDATE card SET path = NULL, numa = NULL, iommu_group = NULL WHERE id = ?";
static const char PLACE[] = "SELECT ifnull(address, last_address) FROM card WHERE id = ?";
static const char AS_IT_IS[] = "SELECT ifnull(address, last_address), address IS NULL, "
			       "state, kind FROM card WHERE id = ?";
static const char HOLDER[] = "SELECT host.name FROM assignment JOIN host ON host.id = "
			     "assignment.vm WHERE card = ?";
static const char CHILDREN[] =
	"SELECT group_concat(name, ', ') FROM card WHERE parent = ?";
/* A part of a part, or of itself, is refused. */
static const char NESTED[] =
	"SELECT 1 FROM card WHERE (id = ?2 AND parent IS NOT NULL) OR parent = ?1 "
	"OR ?1 = ?2";
/*
 * Older files may hold cards that are parts of each other, so that none could be removed
 * first.
 */
static const char LEAVE_LOOP[] =
	"UPDATE card SET parent = NULL WHERE parent = ?1 AND id IN (WITH RECURSIVE "
	"above (id) AS (SELECT parent FROM card WHERE id = ?1 AND parent IS NOT NULL "
	"UNION SELECT card.parent FROM above JOIN card ON card.id = above.id "
	"WHERE card.parent IS NOT NULL) SELECT id FROM above)";
static const char REMOVE[] = "DELETE FROM card WHERE id = ?";

static bool is_ids(const char *text)
{
	size_t length = strlen(text);

	if (length != 9 && length != 19)
		return false;
	for (size_t i = 0; i < length; i++)
		if (i % 5 == 4 ? text[i] != ':' : !isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

#define GONE_IN_QUARANTINE "quarantined,missing"

/* Whether a state that the user gave means that the card has no address. */
static bool is_gone(const char *state)
{
	return strcmp(state, "missing") == 0 || strcmp(state, GONE_IN_QUARANTINE) == 0;
}

/* A quarantined card may also be missing; then it has no address. */
static const char *kept_state(const char *state)
{
	return strcmp(state, GONE_IN_QUARANTINE) == 0 ? "quarantined" : state;
}

static bool is_kind(const char *text)
{
	return strcmp(text, "pci") == 0 || strcmp(text, "vf") == 0 ||
	       strcmp(text, "mdev") == 0 || strcmp(text, "fabric") == 0;
}

static int check_time(struct db *db, const char *text)
{
	int64_t is_time;
	int r = db_fetch_integer(db, &is_time, IS_TIME, "t", text);

	if (r == 1 && !is_time)
		return db_fail(db, -EINVAL,
			       "«%s» is not a time: write it as 2026-11-20T12:00:00Z",
			       text);
	return r < 0 ? r : 0;
}

static int check_uuid(struct db *db, const char *uuid, int64_t card)
{
	_cleanup_free_ char *owner = NULL;
	int r = db_check_uuid(db, uuid);

	if (r == 0)
		r = db_fetch_text(db, &owner, UUID_OWNER, "ti", uuid, card);
	if (r == 1)
		return db_fail(db, -EEXIST, "the UUID %s is taken by %s", uuid, owner);
	return r;
}

static int check_facts(struct db *db, const struct gpu_facts *facts)
{
	int r = facts->last_seen ? check_time(db, facts->last_seen) : 0;

	if (r == 0 && facts->same_as && !text_is_none(facts->same_as))
		r = db_check_uuid(db, facts->same_as);
	if (r == 0 && facts->serial)
		r = db_check_word(db, "serial number", facts->serial);
	if (r == 0 && facts->path)
		r = db_check_word(db, "PCIe path", facts->path);
	if (r == 0 && facts->ids && !is_ids(facts->ids))
		r = db_fail(
			db, -EINVAL,
			"«%s» are not ids: vendor:device[:subvendor:subdevice] in four "
			"hexadecimal digits each, such as 10de:1db6",
			facts->ids);
	if (r == 0 && facts->state && strcmp(facts->state, "present") != 0 &&
	    strcmp(facts->state, "quarantined") != 0 && !is_gone(facts->state))
		r = db_fail(db, -EINVAL,
			    "a card is present, missing or quarantined, not «%s»",
			    facts->state);
	if (r == 0 && facts->kind && !is_kind(facts->kind))
		r = db_fail(db, -EINVAL, "a card is pci, vf, mdev or fabric, not «%s»",
			    facts->kind);
	return r;
}

/* Whether another card of the host sits there. */
static int check_address_free(struct db *db, const struct host_ref *host, int64_t address,
			      int64_t self, const char *kind)
{
	_cleanup_free_ char *name = NULL;
	int r = db_fetch_text(db, &name, AT_SLOT, "iiit", host->id, address, self, kind);

	if (r == 1)
		return db_fail(db, -EEXIST, "that slot of %s is taken by its %s",
			       host->name, name);
	return r;
}

/* Finds the card of which another is a part, by its name on the host. */
static int find_parent(struct db *db, const struct host_ref *host, int64_t card,
		       const char *name, int64_t *ret_parent)
{
	int64_t other;
	int r = db_fetch_integer(db, ret_parent, FIND, "it", host->id, name);

	if (r == 0)
		return db_fail(db, -ENOENT, "%s has no %s that a card could be part of",
			       host->name, name);
	if (r == 1)
		r = db_fetch_integer(db, &other, NESTED, "ii", card, *ret_parent);
	if (r == 1)
		return db_fail(db, -EINVAL,
			       "a card can only be part of a whole card, and only if it "
			       "has no parts itself");
	return r;
}

/* A card that a VM has cannot become a fabric switch, which no VM gets. */
static int check_kind(struct db *db, const struct host_ref *host, int64_t card,
		      const char *kind)
{
	_cleanup_free_ char *holder = NULL;
	int r = 0;

	if (kind && strcmp(kind, "fabric") == 0)
		r = db_fetch_text(db, &holder, HOLDER, "i", card);
	if (r == 1)
		return db_fail(db, -EBUSY,
			       "no VM can have a fabric switch, and %s has this card of "
			       "%s; take it from there first (`rocks "
			       "list host gpu %s` shows its name there)",
			       holder, host->name, holder);
	return r;
}

/*
 * Whether the card, once it is present and of that kind, would share an address or a
 * slot with another card. kind NULL: the kind that it has.
 */
static int check_functions(struct db *db, int64_t card, const char *kind)
{
	_cleanup_free_ char *other = NULL;
	int r = db_fetch_text(db, &other, AT_FUNCTION, "it", card, kind);

	return r == 1 ? db_function_fail_taken(db, other) : r;
}

/*
 * Whether a card that is present may become another kind; its functions are already the
 * new ones.
 */
static int check_kind_there(struct db *db, int64_t card, const char *kind)
{
	int64_t is_there = 0;
	int r = kind ? db_fetch_integer(db, &is_there, IS_THERE, "i", card) : 0;

	if (r < 0 || !is_there)
		return r < 0 ? r : 0;
	return check_functions(db, card, kind);
}

static int set_row(struct db *db, const struct host_ref *host, int64_t card,
		   const struct gpu_facts *facts)
{
	const char *other =
		facts->same_as && text_is_none(facts->same_as) ? "" : facts->same_as;
	int64_t parent;
	int r = facts->parent ? find_parent(db, host, card, facts->parent, &parent) : 0;

	if (r == 0 && facts->uuid)
		r = check_uuid(db, facts->uuid, card);
	if (r == 0)
		r = check_kind_there(db, card, facts->kind);
	return r < 0 ? r
		     : db_run(db, SET_FACTS, "tttotootttti", facts->serial, facts->path,
			      facts->ids, facts->numa, facts->kind,
			      facts->parent ? &parent : NULL, facts->group,
			      facts->last_seen, facts->uuid, facts->vgpu, other, card);
}

static int set_facts(struct db *db, const struct host_ref *host, int64_t card,
		     int64_t address, const struct gpu_facts *facts)
{
	int r = set_row(db, host, card, facts);

	return r == 0 && facts->functions
		       ? db_functions_set(db, card, address, facts->functions)
		       : r;
}

/*
 * Inserts a card of a host, or of no host (NULL), with its facts. The serial number is
 * set afterwards, so that it is not in the event of the insertion; the parent, so that
 * it cannot be the card itself.
 */
static int insert(struct db *db, const struct host_ref *host, const char *name,
		  int64_t address, const struct gpu_facts *facts)
{
	const char *state = facts->state ? facts->state : "present";
	const char *uuid = facts->uuid;
	char made[37];
	int r = uuid ? check_uuid(db, uuid, 0) : db_make_uuid(db, made);
	int64_t card;

	if (r == 0)
		r = db_run(db, ADD, "otoitttttoott", host ? &host->id : NULL, name,
			   is_gone(state) ? NULL : &address, address, uuid ? uuid : made,
			   kept_state(state), facts->kind ? facts->kind : "pci",
			   facts->path, facts->ids, facts->numa, facts->group,
			   facts->last_seen, facts->vgpu);
	if (r < 0)
		return r;
	card = sqlite3_last_insert_rowid(db->sqlite);
	if (facts->serial || facts->parent || facts->same_as)
		r = set_row(db, host, card, facts);
	if (r == 0)
		r = facts->functions
			    ? db_functions_set(db, card, address, facts->functions)
			    : db_functions_set_lone(db, card, address);
	return r;
}

int db_card_add(struct db *db, const struct host_ref *host, const char *name,
		const char *value, const struct gpu_facts *facts)
{
	int64_t address = 0, card;
	int r = check_facts(db, facts);

	if (r == 0)
		r = db_parse_address(db, value, &address);
	if (r == 0)
		r = db_fetch_integer(db, &card, FIND, "it", host->id, name);
	if (r == 1)
		return db_fail(db, -EEXIST,
			       "%s already has a %s; `rocks set host gpu` changes it",
			       host->name, name);
	if (r == 0 && !(facts->state && is_gone(facts->state)))
		r = check_address_free(db, host, address, 0,
				       facts->kind ? facts->kind : "pci");
	return r < 0 ? r : insert(db, host, name, address, facts);
}

int db_retired_add(struct db *db, const char *name, const char *value,
		   const struct gpu_facts *wanted)
{
	struct gpu_facts facts = *wanted;
	int64_t address = 0;
	int r = db_check_gpu_name(db, name);

	if (!facts.state)
		facts.state = "missing";
	if (r == 0)
		r = check_facts(db, &facts);
	if (r == 0)
		r = db_parse_address(db, value, &address);
	if (r < 0)
		return r;
	if (!facts.serial)
		return db_fail(db, -EINVAL,
			       "a card that is in no host is known by its serial number "
			       "alone: give serial=");
	if (facts.parent || facts.group || !is_gone(facts.state))
		return db_fail(db, -EINVAL,
			       "a card that is in no host is missing, part of no other "
			       "card and in no IOMMU group");
	return insert(db, NULL, name, address, &facts);
}

static int find(struct db *db, const struct host_ref *host, const char *name,
		int64_t *ret_card)
{
	int r = db_fetch_integer(db, ret_card, FIND, "it", host->id, name);

	if (r == 0)
		return db_fail(db, -ENOENT, "%s has no %s; see `rocks list host gpu %s`",
			       host->name, name, host->name);
	return r < 0 ? r : 0;
}

static int shift_functions(struct db *db, int64_t card, int64_t before, int64_t address)
{
	int r = address == before
			? 0
			: db_run(db, SHIFT_FUNCTIONS, "iii", address, before, card);

	return r == 0 && address != before ? db_run(db, FORGET_PLACE, "i", card) : r;
}

/*
 * While a card is present, the places of its functions are free of others at every step.
 */
static int put(struct db *db, int64_t card, int64_t before, int64_t address,
	       const struct gpu_facts *facts, const char *state)
{
	const char *kind = facts->kind;
	int r = kind && strcmp(kind, "pci") != 0 ? db_run(db, SET_KIND, "ti", kind, card)
						 : 0;

	if (r == 0)
		r = shift_functions(db, card, before, address);
	if (r == 0)
		r = check_functions(db, card, kind);
	return r < 0 ? r
		     : db_run(db, SET_ADDRESS, "iitti", address, address,
			      kept_state(state), kind, card);
}

static int put_away(struct db *db, int64_t card, int64_t before, int64_t address,
		    const struct gpu_facts *facts, const char *state)
{
	int r = db_run(db, SET_ADDRESS, "oitti", NULL, address, kept_state(state),
		       facts->kind, card);

	return r < 0 ? r : shift_functions(db, card, before, address);
}

/* Moves the card and its functions to an address, in this state. */
static int set_place(struct db *db, const struct host_ref *host, int64_t card,
		     const int64_t *wanted, const struct gpu_facts *facts)
{
	_cleanup_query_ struct query was = { 0 };
	const char *state = facts->state;
	int64_t before, address;
	bool missing;
	int r = query_start(db, &was, AS_IT_IS, "i", card);

	if (r == 0)
		r = query_step(&was);
	if (r < 0)
		return r;
	before = query_integer(&was, 0);
	address = wanted ? *wanted : before;
	if (!state) {
		state = query_text(&was, 2);
		if (strcmp(state, "missing") == 0 && wanted)
			state = "present";
	}
	missing = is_gone(state) ||
		  (query_integer(&was, 1) && !wanted && strcmp(state, "present") != 0);
	if (!missing)
		r = check_address_free(db, host, address, card,
				       facts->kind ? facts->kind : query_text(&was, 3));
	if (r < 0)
		return r;
	return missing ? put_away(db, card, before, address, facts, state)
		       : put(db, card, before, address, facts, state);
}

int db_card_set(struct db *db, const struct host_ref *host, const char *name,
		const char *value, const struct gpu_facts *facts)
{
	int64_t card = 0, address;
	int r = check_facts(db, facts);

	if (r == 0 && value)
		r = db_parse_address(db, value, &address);
	if (r == 0)
		r = find(db, host, name, &card);
	if (r == 0)
		r = check_kind(db, host, card, facts->kind);
	/* The old functions' places do not restrict where the new ones may be. */
	if (r == 0 && facts->functions)
		r = db_functions_remove(db, card);
	if (r == 0 && (value || facts->state))
		r = set_place(db, host, card, value ? &address : NULL, facts);
	if (r == 0)
		r = db_fetch_integer(db, &address, PLACE, "i", card);
	return r < 0 ? r : set_facts(db, host, card, address, facts);
}

int db_card_remove(struct db *db, const struct host_ref *host, const char *name)
{
	_cleanup_free_ char *holder = NULL, *children = NULL;
	int64_t card;
	int r = find(db, host, name, &card);

	if (r == 0)
		r = db_move_check_card(db, card);
	if (r == 0)
		r = db_fetch_text(db, &holder, HOLDER, "i", card);
	if (r == 1)
		return db_fail(db, -EBUSY,
			       "%s of %s is held by %s; take it from there first "
			       "(`rocks list host gpu %s` shows its name there)",
			       name, host->name, holder, holder);
	if (r == 0)
		r = db_run(db, LEAVE_LOOP, "i", card);
	if (r == 0)
		r = db_fetch_text(db, &children, CHILDREN, "i", card);
	if (r < 0)
		return r;
	if (*children)
		return db_fail(db, -EBUSY,
			       "%s of %s has virtual functions: %s; remove them first",
			       name, host->name, children);
	return db_run(db, REMOVE, "i", card);
}
