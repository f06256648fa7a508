/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bringing the inventory of a host's cards in line with a scan: matching, then writing. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "db/internal.h"
#include "db/reconcile.h"
#include "db/scan.h"
#include "db/vm.h"

static const char KNOWN[] =
	"SELECT id, name, ids, serial, path, ifnull(address, last_address), state, "
	"(SELECT host.name FROM assignment JOIN host ON host.id = vm WHERE card = "
	"card.id) "
	"FROM card WHERE host = ? ORDER BY length(name), name";
static const char ELSEWHERE[] =
	"SELECT id, ifnull((SELECT name FROM host WHERE id = card.host), 'no host'), "
	"state, "
	"EXISTS (SELECT 1 FROM assignment WHERE card = card.id) FROM card "
	"WHERE serial = ? AND host IS NOT ?";
static const char TAKE_OFF[] = "UPDATE card SET state = 'moving', address = NULL, "
			       "last_address = ?2 WHERE id = ?1";
static const char MISS[] = "UPDATE card SET state = 'missing', address = NULL, "
			   "last_address = ?2 WHERE id = ?1";
static const char PUT[] = "UPDATE card SET state = ?2, address = ?3 WHERE id = ?1";
static const char SET_FACTS[] =
	"UPDATE card SET last_address = address, kind = ?2, ids = ?3, "
	"serial = ifnull(?4, serial), path = ifnull(?5, path), numa = ifnull(?6, numa), "
	"iommu_group = ?7, parent = (SELECT id FROM card other "
	"WHERE other.host = ?8 AND other.address = ?9), "
	"last_seen = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE id = ?1";
static const char ADOPT[] = "UPDATE card SET host = ?2, name = ?3, state = 'present', "
			    "address = ?4 WHERE id = ?1";
static const char ADD[] =
	"INSERT INTO card (host, name, address, last_address, uuid, serial) "
	"VALUES (?1, ?2, ?3, ?3, ?4, ?5)";
static const char NAME_TAKEN[] = "SELECT 1 FROM card WHERE host = ? AND name = ?";
static const char REMOVE_FUNCTIONS[] = "DELETE FROM function WHERE card = ?";
static const char ADD_FUNCTION[] =
	"INSERT INTO function (card, number, address, class, ids) VALUES (?, ?, ?, ?, ?)";
static const char LIST[] =
	"SELECT card.name, card.address, card.last_address, "
	"EXISTS (SELECT 1 FROM card other WHERE other.host = card.host "
	"AND other.address = card.last_address) FROM card WHERE id = ?";
static const char NEXT[] =
	"SELECT id FROM card WHERE host = ? ORDER BY length(name), name";

/* A card of the inventory before the scan. */
struct known {
	int64_t id;
	char *name, *ids, *serial, *path, *vm;
	int64_t place; /* its address, or last address */
	bool missing, quarantined;
	struct scan_card *found; /* what of the scan it is; NULL while not known */
};

struct reconciliation {
	struct db *db;
	const struct host_ref *host;
	struct scan scan;
	struct known *known;
	size_t known_count;
};

static void release(struct reconciliation *work)
{
	for (size_t i = 0; i < work->known_count; i++) {
		free(work->known[i].name);
		free(work->known[i].ids);
		free(work->known[i].serial);
		free(work->known[i].path);
		free(work->known[i].vm);
	}
	free(work->known);
	scan_release(&work->scan);
}

static int copy(struct db *db, const struct query *query, int column, char **ret_text)
{
	const char *text = query_text(query, column);

	if (!text)
		return 0;
	*ret_text = strdup(text);
	return *ret_text ? 0 : db_fail_memory(db);
}

static int add_known(struct reconciliation *work, const struct query *query)
{
	struct known *known =
		reallocarray(work->known, work->known_count + 1, sizeof(*known));
	int r;

	if (!known)
		return db_fail_memory(work->db);
	work->known = known;
	known += work->known_count++;
	*known = (struct known){ .id = query_integer(query, 0),
				 .place = query_integer(query, 5) };
	known->missing = strcmp(query_text(query, 6), "missing") == 0;
	known->quarantined = strcmp(query_text(query, 6), "quarantined") == 0;
	r = copy(work->db, query, 1, &known->name);
	if (r == 0)
		r = copy(work->db, query, 2, &known->ids);
	if (r == 0)
		r = copy(work->db, query, 3, &known->serial);
	if (r == 0)
		r = copy(work->db, query, 4, &known->path);
	return r < 0 ? r : copy(work->db, query, 7, &known->vm);
}

static int load_known(struct reconciliation *work)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(work->db, &query, KNOWN, "i", work->host->id);

	while (r == 0 && (r = query_step(&query)) == 1)
		r = add_known(work, &query);
	return r;
}

/* A serial that two cards of the scan, or two of the inventory, bear counts as none. */
static bool serial_counts(const struct reconciliation *work, const char *serial)
{
	size_t found = 0, known = 0;

	for (size_t i = 0; i < work->scan.card_count; i++)
		found += work->scan.cards[i].serial &&
			 strcmp(work->scan.cards[i].serial, serial) == 0;
	for (size_t i = 0; i < work->known_count; i++)
		known += work->known[i].serial &&
			 strcmp(work->known[i].serial, serial) == 0;
	return found <= 1 && known <= 1;
}

static bool differ(const char *a, const char *b)
{
	return a && b && strcmp(a, b) != 0;
}

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* Ids typed by hand may lack the subsystem. */
static bool ids_match(const char *known, const char *found)
{
	return known && strncmp(known, found, strlen(known)) == 0;
}

static bool serials_contradict(const struct reconciliation *work,
			       const struct known *known, const struct scan_card *card)
{
	return differ(known->serial, card->serial) &&
	       serial_counts(work, known->serial) && serial_counts(work, card->serial);
}

static bool is_same_serial(const struct reconciliation *work, const struct known *known,
			   const struct scan_card *card)
{
	return same(known->serial, card->serial) && serial_counts(work, card->serial);
}

static bool is_same_place(const struct reconciliation *work, const struct known *known,
			  const struct scan_card *card)
{
	return same(known->path, card->path) && ids_match(known->ids, card->ids) &&
	       !serials_contradict(work, known, card);
}

/* What was typed by hand, or scanned where no path could be read: the address is all. */
static bool is_same_address(const struct reconciliation *work, const struct known *known,
			    const struct scan_card *card)
{
	return known->place == card->address && !(known->path && card->path) &&
	       (!known->ids || ids_match(known->ids, card->ids)) &&
	       !serials_contradict(work, known, card);
}

static void match(struct known *known, struct scan_card *card)
{
	known->found = card;
	card->row = known->id;
}

typedef bool is_same_fn(const struct reconciliation *work, const struct known *known,
			const struct scan_card *card);

static void match_one(struct reconciliation *work, struct known *known,
		      is_same_fn *is_same)
{
	for (size_t i = 0; i < work->scan.card_count && !known->found; i++) {
		struct scan_card *card = &work->scan.cards[i];

		if (!card->row && is_same(work, known, card))
			match(known, card);
	}
}

/* What sits in a slot comes before what once sat there and is missing. */
static void match_all(struct reconciliation *work, is_same_fn *is_same)
{
	for (size_t i = 0; i < work->known_count; i++)
		if (!work->known[i].missing && !work->known[i].found)
			match_one(work, &work->known[i], is_same);
	for (size_t i = 0; i < work->known_count; i++)
		if (work->known[i].missing && !work->known[i].found)
			match_one(work, &work->known[i], is_same);
}

/* The only card of these ids that is not found yet; NULL when there are none or several. */
static struct known *only_lost(struct reconciliation *work, const struct scan_card *card)
{
	struct known *only = NULL;

	for (size_t i = 0; i < work->known_count; i++) {
		if (work->known[i].found || !ids_match(work->known[i].ids, card->ids))
			continue;
		if (only)
			return NULL;
		only = &work->known[i];
	}
	return only;
}

static bool is_only_new(const struct reconciliation *work, const struct scan_card *card)
{
	for (size_t i = 0; i < work->scan.card_count; i++) {
		const struct scan_card *other = &work->scan.cards[i];

		if (other != card && !other->row && strcmp(other->ids, card->ids) == 0)
			return false;
	}
	return true;
}

static void match_moved(struct reconciliation *work)
{
	for (size_t i = 0; i < work->scan.card_count; i++) {
		struct scan_card *card = &work->scan.cards[i];
		struct known *lost = card->row ? NULL : only_lost(work, card);

		if (lost && is_only_new(work, card) &&
		    !serials_contradict(work, lost, card))
			match(lost, card);
	}
}

/* Vacates the addresses that change hands, so that two cards may trade theirs. */
static int take_off(struct reconciliation *work)
{
	int r = 0;

	for (size_t i = 0; i < work->known_count && r == 0; i++) {
		const struct known *known = &work->known[i];

		if (!known->found && !known->missing)
			r = db_run(work->db, MISS, "ii", known->id, known->place);
		else if (known->found && !known->missing &&
			 known->found->address != known->place)
			r = db_run(work->db, TAKE_OFF, "ii", known->id, known->place);
	}
	return r;
}

static int put_known(struct reconciliation *work)
{
	int r = 0;

	for (size_t i = 0; i < work->known_count && r == 0; i++) {
		const struct known *known = &work->known[i];

		if (known->found &&
		    (known->missing || known->found->address != known->place))
			r = db_run(work->db, PUT, "iti", known->id,
				   known->quarantined ? "quarantined" : "present",
				   known->found->address);
	}
	return r;
}

/* The name the scan gives, else the next free number. */
static int pick_name(struct reconciliation *work, const char *wanted, char ret_name[32])
{
	int64_t one;
	int r;

	snprintf(ret_name, 32, "%s", wanted);
	for (int number = 1;; number++) {
		r = db_fetch_integer(work->db, &one, NAME_TAKEN, "it", work->host->id,
				     ret_name);
		if (r != 1)
			return r;
		snprintf(ret_name, 32, "gpupci%d", number);
	}
}

/*
 * A card of that serial that another host has lost, or that lost its host, comes here
 * with its row and its past. One that is still somewhere, or that a VM has, stays there:
 * 1 when it came, 0 when not.
 */
static int adopt(struct reconciliation *work, struct scan_card *card, const char *name)
{
	_cleanup_query_ struct query query = { 0 };
	int64_t row;
	int r;

	if (!card->serial || !serial_counts(work, card->serial))
		return 0;
	r = query_start(work->db, &query, ELSEWHERE, "ti", card->serial, work->host->id);
	if (r == 0)
		r = query_step(&query);
	if (r != 1)
		return r;
	row = query_integer(&query, 0);
	if (strcmp(query_text(&query, 2), "missing") != 0 || query_integer(&query, 3)) {
		card->also = "its serial number is also known of a card of another host";
		return 0;
	}
	r = query_step(&query);
	if (r == 1)
		card->also = "its serial number is known of several cards";
	if (r != 0)
		return r < 0 ? r : 0;
	card->row = row;
	r = db_run(work->db, ADOPT, "iiti", row, work->host->id, name, card->address);
	return r < 0 ? r : 1;
}

static int add_new(struct reconciliation *work, struct scan_card *card)
{
	char name[32], uuid[37];
	int r = pick_name(work, card->name, name);

	if (r == 0)
		r = adopt(work, card, name);
	if (r != 0)
		return r < 0 ? r : 0;
	r = db_make_uuid(work->db, uuid);
	if (r == 0)
		r = db_run(work->db, ADD, "ititt", work->host->id, name, card->address,
			   uuid, card->serial);
	if (r == 0)
		card->row = sqlite3_last_insert_rowid(work->db->sqlite);
	return r;
}

static const int64_t *known_number(const int64_t *number)
{
	return *number < 0 ? NULL : number;
}

static int write_functions(struct reconciliation *work, size_t card)
{
	const struct scan *scan = &work->scan;
	int64_t row = scan->cards[card].row;
	int r = db_run(work->db, REMOVE_FUNCTIONS, "i", row);

	for (size_t i = 0; i < scan->function_count && r == 0; i++) {
		const struct scan_function *function = &scan->functions[i];

		if (function->card == card)
			r = db_run(work->db, ADD_FUNCTION, "iiiot", row, function->number,
				   function->address, known_number(&function->class),
				   function->ids);
	}
	return r;
}

static int write_facts(struct reconciliation *work)
{
	int r = 0;

	for (size_t i = 0; i < work->scan.card_count && r == 0; i++) {
		const struct scan_card *card = &work->scan.cards[i];

		r = db_run(work->db, SET_FACTS, "ittttooio", card->row, card->kind,
			   card->ids, card->serial, card->path, known_number(&card->numa),
			   known_number(&card->group), work->host->id,
			   known_number(&card->parent));
		if (r == 0)
			r = write_functions(work, i);
	}
	return r;
}

static int apply(struct reconciliation *work)
{
	int r = take_off(work);

	if (r == 0)
		r = put_known(work);
	for (size_t i = 0; i < work->scan.card_count && r == 0; i++)
		if (!work->scan.cards[i].row)
			r = add_new(work, &work->scan.cards[i]);
	return r < 0 ? r : write_facts(work);
}

static const struct known *find_known(const struct reconciliation *work, int64_t id)
{
	for (size_t i = 0; i < work->known_count; i++)
		if (work->known[i].id == id)
			return &work->known[i];
	return NULL;
}

static const char *note_of(const struct reconciliation *work, int64_t id)
{
	for (size_t i = 0; i < work->scan.card_count; i++)
		if (work->scan.cards[i].row == id)
			return work->scan.cards[i].also;
	return NULL;
}

static int tell_card(struct reconciliation *work, int64_t id,
		     int (*each)(void *data, const struct reconciled *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	const struct known *known = find_known(work, id);
	struct reconciled row = { .note = note_of(work, id) };
	int64_t address;
	int r = query_start(work->db, &query, LIST, "i", id);

	if (r == 0)
		r = query_step(&query);
	if (r < 0)
		return r;
	row.name = query_text(&query, 0);
	row.address = query_optional(&query, 1, &address);
	if (known) {
		row.was = &known->place;
		row.vm = known->vm;
	}
	if (!known)
		row.change = "new";
	else if (!row.address)
		row.change = query_integer(&query, 3) ? "swapped" : "missing";
	else
		row.change = address == known->place ? "same" : "moved";
	return each(data, &row);
}

static int tell(struct reconciliation *work,
		int (*each)(void *data, const struct reconciled *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(work->db, &query, NEXT, "i", work->host->id);

	while (r == 0 && (r = query_step(&query)) == 1)
		r = tell_card(work, query_integer(&query, 0), each, data);
	return r;
}

int db_reconcile(struct db *db, const struct host_ref *host, const char *document,
		 int (*each)(void *data, const struct reconciled *row), void *data)
{
	_cleanup_(release) struct reconciliation work = { .db = db, .host = host };
	int r = db_vm_exists(db, host->id);

	if (r == 1)
		return db_fail(db, -EINVAL, "%s is a VM; scan the host that houses it",
			       host->name);
	if (r == 0)
		r = db_scan_parse(db, document, host->name, &work.scan);
	if (r == 0)
		r = load_known(&work);
	if (r < 0)
		return r;
	match_all(&work, is_same_serial);
	match_all(&work, is_same_place);
	match_all(&work, is_same_address);
	match_moved(&work);
	r = apply(&work);
	return r < 0 ? r : tell(&work, each, data);
}
