/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claims: which VM's definition passes which device of a container by address. */
#include <errno.h>
#include <string.h>

#include "db/claim.h"
#include "db/store/internal.h"
#include "lib/pci-address.h"

static const char CLAIMANT[] = "SELECT host.name FROM claim JOIN host "
			       "ON host.id = claim.vm WHERE claim.host = ? "
			       "AND address = ? AND claim.vm <> ?";
static const char HOLDER[] =
	"SELECT host.name, card.name FROM function JOIN card ON card.id = function.card "
	"JOIN assignment ON assignment.card = card.id "
	"JOIN host ON host.id = assignment.vm WHERE function.host = ?1 "
	"AND function.address BETWEEN ?2 & ~7 AND ?2 | 7 "
	"AND card.address IS NOT NULL AND assignment.vm <> ?3 LIMIT 1";
static const char ADD[] =
	"INSERT INTO claim (host, address, vm) SELECT :host, :address, :vm WHERE NOT "
	"EXISTS (SELECT 1 FROM claim WHERE host = :host AND address = :address)";
static const char REMOVE[] =
	"DELETE FROM claim WHERE vm = ? AND host = ? AND address = ?";
static const char NEXT[] = "SELECT address FROM claim WHERE vm = ? AND host = ? "
			   "AND address > ? ORDER BY address LIMIT 1";
static const char LIST[] =
	"SELECT vm.host, claim.address, host.name, vm.uuid, "
	"EXISTS (SELECT 1 FROM move WHERE vm = claim.vm) FROM claim "
	"JOIN vm ON vm.host = claim.vm JOIN host ON host.id = claim.vm "
	"WHERE claim.host = ? ORDER BY claim.address";
static const char OF_CARD[] =
	"SELECT host.name, card_claim.address, card.name FROM card_claim "
	"JOIN card ON card.id = card_claim.card JOIN host ON host.id = card_claim.vm "
	"WHERE card_claim.card = ? AND card_claim.vm <> ? LIMIT 1";

void claim_owner_release(struct claim_owner *owner)
{
	free(owner->vm);
	free(owner->card);
	*owner = (struct claim_owner){ 0 };
}

/* The VM that has a card there; returns as db_claim_add(). */
static int find_holder(struct db *db, int64_t vm, int64_t host, int64_t address,
		       struct claim_owner *ret_owner)
{
	_cleanup_query_ struct query query = { 0 };
	struct claim_owner owner;
	int r = query_start(db, &query, HOLDER, "iii", host, address, vm);

	if (r == 0)
		r = query_step(&query);
	if (r != 1)
		return r;
	owner.vm = strdup(query_text(&query, 0));
	owner.card = strdup(query_text(&query, 1));
	if (!owner.vm || !owner.card) {
		claim_owner_release(&owner);
		return db_fail_memory(db);
	}
	*ret_owner = owner;
	return 1;
}

int db_claim_add(struct db *db, int64_t vm, int64_t host, int64_t address,
		 struct claim_owner *ret_owner)
{
	struct claim_owner owner = { 0 };
	int r = db_fetch_text(db, &owner.vm, CLAIMANT, "iii", host, address, vm);

	if (r == 0)
		r = find_holder(db, vm, host, address, &owner);
	if (r == 1)
		*ret_owner = owner;
	return r ? r : db_run(db, ADD, "iii", host, address, vm);
}

int db_claim_remove(struct db *db, int64_t vm, int64_t host, int64_t address)
{
	int r = db_run(db, REMOVE, "iii", vm, host, address);

	return r < 0 ? r : sqlite3_changes(db->sqlite) > 0;
}

static bool is_in(int64_t address, const int64_t *addresses, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (addresses[i] == address)
			return true;
	return false;
}

int db_claims_keep(struct db *db, int64_t vm, int64_t host, const int64_t *addresses,
		   size_t count)
{
	int64_t address = -1;
	int r;

	while ((r = db_fetch_integer(db, &address, NEXT, "iii", vm, host, address)) ==
	       1) {
		if (!is_in(address, addresses, count))
			r = db_claim_remove(db, vm, host, address);
		if (r < 0)
			return r;
	}
	return r;
}

int db_claims_are(struct db *db, int64_t vm, int64_t host, const int64_t *addresses,
		  size_t count)
{
	int64_t address = -1;
	size_t found = 0, different = 0;
	int r;

	while ((r = db_fetch_integer(db, &address, NEXT, "iii", vm, host, address)) ==
	       1) {
		if (!is_in(address, addresses, count))
			return 0;
		found++;
	}
	/* A VM may pass one device twice. */
	for (size_t i = 0; i < count; i++)
		different += !is_in(addresses[i], addresses, i);
	return r < 0 ? r : found == different;
}

int db_claims_each(struct db *db, int64_t host,
		   int (*each)(void *data, const struct claim *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST, "i", host);

	while (r == 0 && (r = query_step(&query)) == 1) {
		const struct claim row = { .vm_id = query_integer(&query, 0),
					   .address = query_integer(&query, 1),
					   .vm = query_text(&query, 2),
					   .uuid = query_text(&query, 3),
					   .moves = query_integer(&query, 4) };

		r = each(data, &row);
	}
	return r;
}

int db_claim_check_card(struct db *db, int64_t vm, int64_t card)
{
	_cleanup_query_ struct query query = { 0 };
	char text[PCI_ADDRESS_SIZE];
	int r = query_start(db, &query, OF_CARD, "ii", card, vm);

	if (r == 0)
		r = query_step(&query);
	if (r != 1)
		return r;
	return db_fail(db, -EBUSY,
		       "%s claims %s, which is in the slot of %s: its attributes pass it "
		       "by its address; take it out of them, then define %s again",
		       query_text(&query, 0),
		       pci_address_sysfs_packed(query_integer(&query, 1), text),
		       query_text(&query, 2), query_text(&query, 0));
}
