/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards of physical hosts. */
#include <errno.h>
#include <string.h>

#include "db/card.h"
#include "db/internal.h"
#include "db/names.h"
#include "lib/pci-address.h"
#include "lib/text.h"

static const char FIND[] = "SELECT id FROM card WHERE host = ? AND name = ?";
static const char AT_SLOT[] =
	"SELECT card.name FROM card JOIN function ON function.card = card.id "
	"WHERE card.host = ?1 AND card.address IS NOT NULL AND card.id <> ?3 "
	"AND (function.address = ?2 OR (card.kind = 'pci' AND function.address >> 3 = ?2 "
	">> 3))";
static const char AT_FUNCTION[] =
	"SELECT other.name FROM card mine JOIN function own ON own.card = mine.id "
	"JOIN card other ON other.host = mine.host AND other.id <> mine.id "
	"JOIN function ON function.card = other.id AND function.address = own.address "
	"WHERE mine.id = ? AND mine.address IS NOT NULL AND other.address IS NOT NULL";
static const char ADD[] =
	"INSERT INTO card (host, name, address, last_address, uuid, state) "
	"VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
static const char SET_FACTS[] =
	"UPDATE card SET serial = ifnull(?2, serial), path = ifnull(?3, path), "
	"ids = ifnull(?4, ids), numa = ifnull(?5, numa) WHERE id = ?1";
static const char SET_ADDRESS[] =
	"UPDATE card SET address = ?2, last_address = ?3, state = ?4 WHERE id = ?1";
static const char SHIFT_FUNCTIONS[] =
	"UPDATE function SET address = address + ?2 WHERE card = ?1";
static const char PLACE[] = "SELECT ifnull(address, last_address) FROM card WHERE id = ?";
static const char STATE[] = "SELECT state FROM card WHERE id = ?";
static const char HOLDER[] = "SELECT host.name FROM assignment JOIN host ON host.id = "
			     "assignment.vm WHERE card = ?";
static const char CHILDREN[] =
	"SELECT group_concat(name, ', ') FROM card WHERE parent = ?";
static const char REMOVE[] = "DELETE FROM card WHERE id = ?";

int db_parse_address(struct db *db, const char *text, int64_t *ret_address)
{
	struct pci_address address;

	if (pci_address_parse(text, &address) < 0)
		return db_fail(db, -EINVAL,
			       "«%s» is no PCI address: pci_0000_02_00_0, 0000:02:00.0 "
			       "or 02:00.0",
			       text);
	*ret_address = pci_address_pack(address);
	return 0;
}

static bool is_ids(const char *text)
{
	size_t length = strlen(text);

	if (length != 9 && length != 19)
		return false;
	for (size_t i = 0; i < length; i++)
		if (i % 5 == 4 ? text[i] != ':' : !strchr("0123456789abcdef", text[i]))
			return false;
	return true;
}

static int check_facts(struct db *db, const struct gpu_facts *facts)
{
	int r = 0;

	if (facts->serial)
		r = db_check_word(db, "serial number", facts->serial);
	if (r == 0 && facts->path)
		r = db_check_word(db, "PCIe path", facts->path);
	if (r == 0 && facts->ids && !is_ids(facts->ids))
		r = db_fail(
			db, -EINVAL,
			"«%s» are no ids: vendor:device[:subvendor:subdevice] in four "
			"lower-case hexadecimal digits each, such as 10de:1db6",
			facts->ids);
	if (r == 0 && facts->state && strcmp(facts->state, "present") != 0 &&
	    strcmp(facts->state, "missing") != 0 &&
	    strcmp(facts->state, "quarantined") != 0)
		r = db_fail(db, -EINVAL,
			    "a card is present, missing or quarantined, not «%s»",
			    facts->state);
	return r;
}

/* Whether another card of the host sits there. */
static int check_address_free(struct db *db, const struct host_ref *host, int64_t address,
			      int64_t self)
{
	_cleanup_free_ char *name = NULL;
	int r = db_fetch_text(db, &name, AT_SLOT, "iii", host->id, address, self);

	if (r == 1)
		return db_fail(db, -EEXIST, "that slot of %s is taken by its %s",
			       host->name, name);
	return r;
}

static int set_facts(struct db *db, int64_t card, int64_t address,
		     const struct gpu_facts *facts)
{
	_cleanup_free_ char *other = NULL;
	int r = db_run(db, SET_FACTS, "ittto", card, facts->serial, facts->path,
		       facts->ids, facts->numa);

	if (r == 0 && facts->functions)
		r = db_functions_set(db, card, address, facts->functions);
	if (r == 0)
		r = db_fetch_text(db, &other, AT_FUNCTION, "i", card);
	if (r == 1)
		return db_fail(db, -EEXIST,
			       "a function of the card sits where %s has one", other);
	return r;
}

int db_card_add(struct db *db, const struct host_ref *host, const char *name,
		const char *value, const struct gpu_facts *facts)
{
	const char *state = facts->state ? facts->state : "present";
	bool missing = strcmp(state, "missing") == 0;
	int64_t address, card;
	char uuid[37];
	int r = check_facts(db, facts);

	if (r == 0)
		r = db_parse_address(db, value, &address);
	if (r == 0)
		r = db_fetch_integer(db, &card, FIND, "it", host->id, name);
	if (r == 1)
		return db_fail(db, -EEXIST,
			       "%s already has a %s; `rocks set host gpu` changes it",
			       host->name, name);
	if (r == 0 && !missing)
		r = check_address_free(db, host, address, 0);
	if (r == 0)
		r = db_make_uuid(db, uuid);
	if (r == 0)
		r = db_run(db, ADD, "itoitt", host->id, name, missing ? NULL : &address,
			   address, uuid, state);
	if (r < 0)
		return r;
	card = sqlite3_last_insert_rowid(db->sqlite);
	r = db_functions_set_lone(db, card, address);
	return r < 0 ? r : set_facts(db, card, address, facts);
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

/* Puts the card to an address and state, with its functions. */
static int set_place(struct db *db, const struct host_ref *host, int64_t card,
		     const int64_t *wanted, const char *wanted_state)
{
	_cleanup_free_ char *state = NULL;
	int64_t before, address;
	bool missing;
	int r = db_fetch_integer(db, &before, PLACE, "i", card);

	if (r == 1)
		r = db_fetch_text(db, &state, STATE, "i", card);
	if (r < 0)
		return r;
	address = wanted ? *wanted : before;
	if (!wanted_state)
		wanted_state =
			strcmp(state, "missing") == 0 && wanted ? "present" : state;
	missing = strcmp(wanted_state, "missing") == 0;
	if (!missing)
		r = check_address_free(db, host, address, card);
	if (r >= 0)
		r = db_run(db, SHIFT_FUNCTIONS, "ii", card, address - before);
	return r < 0 ? r
		     : db_run(db, SET_ADDRESS, "ioit", card, missing ? NULL : &address,
			      address, wanted_state);
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
	if (r == 0 && (value || facts->state))
		r = set_place(db, host, card, value ? &address : NULL, facts->state);
	if (r == 0)
		r = db_fetch_integer(db, &address, PLACE, "i", card);
	return r < 0 ? r : set_facts(db, card, address, facts);
}

int db_card_remove(struct db *db, const struct host_ref *host, const char *name)
{
	_cleanup_free_ char *holder = NULL, *children = NULL;
	int64_t card;
	int r = find(db, host, name, &card);

	if (r == 0)
		r = db_fetch_text(db, &holder, HOLDER, "i", card);
	if (r == 1)
		return db_fail(db, -EBUSY,
			       "%s of %s is held by %s; take it from there first "
			       "(`rocks list host gpu %s` tells its name there)",
			       name, host->name, holder, holder);
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
