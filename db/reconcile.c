/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Brings the inventory of a host's cards in line with a scan. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "db/card.h"
#include "db/elsewhere.h"
#include "db/match.h"
#include "db/reconcile.h"
#include "db/scan.h"
#include "db/store/internal.h"
#include "db/store/limits.h"

static const char TAKE_OFF[] = "UPDATE card SET state = 'moving', address = NULL, "
			       "last_address = ?2 WHERE id = ?1";
/* A quarantined card stays quarantined wherever it is. */
static const char MISS[] = "UPDATE card SET state = CASE state WHEN 'quarantined' THEN "
			   "state ELSE 'missing' END, "
			   "address = NULL, last_address = ?2 WHERE id = ?1";
static const char PUT[] = "UPDATE card SET state = ?1, address = ?2 WHERE id = :card";
static const char SET_FACTS[] =
	"UPDATE card SET last_address = address, kind = ?1, "
	"ids = CASE WHEN substr(ids, 1, length(?2)) = ?2 THEN ids ELSE ?2 END, "
	"serial = ifnull(?3, serial), path = ifnull(?4, path), numa = ifnull(?5, numa), "
	"iommu_group = ?6, vgpu = ?9, vfs_most = ifnull(?10, vfs_most), "
	"parent = (SELECT id FROM card other WHERE other.host = ?7 AND other.address = "
	"?8), "
	"last_seen = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE id = :card";
/*
 * Parts that stay become parts of nothing. So does the card itself, until its facts are
 * set.
 */
static const char LEAVE_PARTS[] = "UPDATE card SET parent = NULL WHERE parent = ?";
/* The scan says of what a present card is a part; a missing one keeps its parent. */
static const char LEAVE_PARENTS[] = "UPDATE card SET parent = NULL WHERE host = ? "
				    "AND parent IS NOT NULL AND address IS NOT NULL";
static const char ADD[] =
	"INSERT INTO card (host, name, address, last_address, uuid, serial, same_as) "
	"VALUES (?1, ?2, ?3, ?3, ?4, ?5, nullif(?6, ''))";
static const char FORGET[] = "DELETE FROM card WHERE id = ?";
/*
 * A host can quarantine a card, but only a person ends it: there may be other reasons.
 */
static const char QUARANTINE[] =
	"UPDATE card SET state = 'quarantined' WHERE id = ? AND state = 'present'";
static const char NAME_TAKEN[] = "SELECT 1 FROM card WHERE host = ? AND name = ?";
static const char LIST[] =
	"SELECT id, name, address, EXISTS (SELECT 1 FROM card other "
	"WHERE other.host = card.host AND other.address = card.last_address) "
	"FROM card WHERE host = ? ORDER BY length(name), name";

/* Changes when another connection has written. */
static const char DATA_VERSION[] = "PRAGMA data_version";
static const char IS_THERE[] = "SELECT 1 FROM host WHERE id = ? AND name = ?";

/* What to do with a card of the scan that is none of the host's known cards. */
enum arrival { KNOWN_BEFORE, ADDED, ADOPTED };

struct reconciliation {
	struct db *db;
	const struct host_ref *host;
	struct scan scan;
	struct known_cards known;
	struct match *matches; /* one per card of the scan */
	enum arrival *arrivals;
	struct adoption adoption;
	int last_number; /* every gpupciN up to this is taken */
	int64_t seen;	 /* DATA_VERSION when the work was prepared */
};

void reconciliation_free(struct reconciliation *work)
{
	if (!work)
		return;
	known_cards_release(&work->known);
	free(work->matches);
	free(work->arrivals);
	free(work->adoption.used);
	scan_release(&work->scan);
	free(work);
}

/* The card of the scan that a card of the inventory is, or NULL. */
static const struct scan_card *found_of(const struct reconciliation *work,
					const struct known *known)
{
	return known->found == MATCH_NONE ? NULL : &work->scan.cards[known->found];
}

/*
 * Clears the addresses that change, so that two cards may swap theirs, and the functions
 * of all cards found, which write_facts() adds again.
 */
static int take_off(struct reconciliation *work)
{
	int r = 0;

	for (size_t i = 0; i < work->known.count && r == 0; i++) {
		const struct known *known = &work->known.list[i];
		const struct scan_card *found = found_of(work, known);

		if (found)
			r = db_functions_remove(work->db, known->id);
		if (r < 0 || known->missing)
			continue;
		if (!found)
			r = db_run(work->db, MISS, "ii", known->id, known->place);
		else if (found->address != known->place)
			r = db_run(work->db, TAKE_OFF, "ii", known->id, known->place);
	}
	return r;
}

static int put_known(struct reconciliation *work)
{
	int r = 0;

	for (size_t i = 0; i < work->known.count && r == 0; i++) {
		const struct known *known = &work->known.list[i];
		const struct scan_card *found = found_of(work, known);

		if (found && (known->missing || found->address != known->place))
			r = db_run(work->db, PUT, "tii",
				   known->quarantined ? "quarantined" : "present",
				   found->address, known->id);
	}
	return r;
}

/* The name in the scan, else the next free one; no name becomes free meanwhile. */
static int pick_name(struct reconciliation *work, const char *wanted, char ret_name[32])
{
	int64_t one;
	int r;

	snprintf(ret_name, 32, "%s", wanted);
	while ((r = db_fetch_integer(work->db, &one, NAME_TAKEN, "it", work->host->id,
				     ret_name)) == 1)
		snprintf(ret_name, 32, "gpupci%d", ++work->last_number);
	return r;
}

/* How a card of the scan looks to other hosts; its serial number must count. */
static struct sighting sighting_of(const struct reconciliation *work, size_t index)
{
	const struct scan_card *card = &work->scan.cards[index];

	return (struct sighting){ .host = work->host,
				  .serial = card->serial,
				  .ids = card->ids,
				  .is_known = work->matches[index].row };
}

static int take(struct reconciliation *work, size_t index, int64_t row, const char *name)
{
	work->matches[index].row = row;
	work->arrivals[index] = ADOPTED;
	return db_elsewhere_take(work->db, row, work->host, name,
				 work->scan.cards[index].address);
}

static int add_new(struct reconciliation *work, size_t index)
{
	const struct scan_card *card = &work->scan.cards[index];
	const struct sighting sighting = sighting_of(work, index);
	struct identity identity = { 0 };
	char name[32], uuid[37];
	int r = pick_name(work, card->name, name);

	if (r == 0 && work->matches[index].told_apart)
		r = db_elsewhere_find(work->db, &sighting, &work->adoption, &identity);
	if (r == 0 && identity.row)
		return take(work, index, identity.row, name);
	if (r == 0)
		r = db_make_uuid(work->db, uuid);
	if (r == 0)
		r = db_run(work->db, ADD, "itittt", work->host->id, name, card->address,
			   uuid, card->serial, identity.same_as);
	if (r == 0) {
		work->matches[index].row = sqlite3_last_insert_rowid(work->db->sqlite);
		work->arrivals[index] = ADDED;
	}
	return r;
}

/* If a known card turns out to be one from elsewhere, replaces its row by that one's. */
static int replace_known(struct reconciliation *work, const struct known *known)
{
	const struct sighting sighting = sighting_of(work, known->found);
	struct identity identity;
	int r = db_elsewhere_find(work->db, &sighting, &work->adoption, &identity);

	if (r < 0 || !identity.row)
		return r;
	if (known->vm)
		return db_fail(work->db, -EBUSY,
			       "%s has %s of %s, which is to be another card; take it "
			       "from that VM first (see `rocks list host gpu %s`)",
			       known->vm, known->name, work->host->name, known->vm);
	r = db_functions_remove(work->db, known->id);
	if (r == 0)
		r = db_run(work->db, LEAVE_PARTS, "i", known->id);
	if (r == 0)
		r = db_run(work->db, FORGET, "i", known->id);
	return r < 0 ? r : take(work, known->found, identity.row, known->name);
}

/* Takes over the known cards that the user named; add_new() takes over the others. */
static int adopt_known(struct reconciliation *work)
{
	int r = 0;

	for (size_t i = 0; i < work->known.count && work->adoption.count && r == 0; i++) {
		const struct known *known = &work->known.list[i];

		if (known->found != MATCH_NONE && work->matches[known->found].told_apart)
			r = replace_known(work, known);
	}
	return r;
}

static const int64_t *known_number(const int64_t *number)
{
	return *number < 0 ? NULL : number;
}

static int write_functions(struct reconciliation *work, size_t index)
{
	const struct scan_card *card = &work->scan.cards[index];
	const int64_t row = work->matches[index].row;
	int r = 0;

	for (size_t i = 0; i < card->function_count && r == 0; i++) {
		const struct scan_function *found = &card->functions[i];
		struct gpu_function function = {
			.number = found->number,
			.address = found->address,
			.class = known_number(&found->class),
			.ids = found->ids,
			.bar_bytes = known_number(&found->bars),
		};

		r = db_function_add(work->db, row, &function);
	}
	return r;
}

static int write_facts(struct reconciliation *work)
{
	int r = 0;

	for (size_t i = 0; i < work->scan.card_count && r == 0; i++) {
		const struct scan_card *card = &work->scan.cards[i];

		if (card->parent >= 0)
			r = db_run(work->db, LEAVE_PARTS, "i", work->matches[i].row);
		if (r == 0)
			r = db_run(work->db, SET_FACTS, "ttttooiotoi", card->kind,
				   card->ids, card->serial, card->path,
				   known_number(&card->numa), known_number(&card->group),
				   work->host->id, known_number(&card->parent),
				   card->vgpu, known_number(&card->vfs_most),
				   work->matches[i].row);
		if (r == 0)
			r = write_functions(work, i);
		if (r == 0 && card->quarantined)
			r = db_run(work->db, QUARANTINE, "i", work->matches[i].row);
	}
	return r;
}

static int apply(struct reconciliation *work)
{
	int r = take_off(work);

	if (r == 0)
		r = put_known(work);
	if (r == 0)
		r = db_run(work->db, LEAVE_PARENTS, "i", work->host->id);
	if (r == 0)
		r = adopt_known(work);
	for (size_t i = 0; i < work->scan.card_count && r == 0; i++)
		if (!work->matches[i].row)
			r = add_new(work, i);
	if (r == 0)
		r = db_elsewhere_check_used(work->db, work->host, &work->adoption);
	return r < 0 ? r : write_facts(work);
}

/* A note for a person: another row has the same serial number. */
static int note_serial(const struct reconciliation *work, size_t card,
		       struct strbuf *note)
{
	const struct sighting sighting = sighting_of(work, card);

	return work->matches[card].told_apart
		       ? db_elsewhere_note(work->db, &sighting, note)
		       : 0;
}

static void note_quarantine(const struct reconciliation *work, size_t card,
			    const char *name, struct strbuf *note)
{
	const struct scan_card *found = &work->scan.cards[card];

	if (found->quarantined)
		strbuf_add_format(
			note,
			"%sit is quarantined: %s; when `gpupci -s all` on %s no "
			"longer says so, `rocks set host gpu %s %s "
			"state=present`",
			note->length ? ". And " : "", scan_why_quarantined(found),
			work->host->name, work->host->name, name);
}

static int note_conflict(struct reconciliation *work, int64_t row, struct strbuf *note)
{
	_cleanup_free_ char *vm = NULL;
	int r = db_gpu_conflict(work->db, row, &vm);

	if (r != 1)
		return r;
	strbuf_add_format(
		note,
		"%sit cannot be kept apart from a card that %s has (one IOMMU group, "
		"or a card and its virtual function); take one from its VM",
		note->length ? ". And " : "", vm);
	return 0;
}

/* A card of the host: of the inventory, of the scan, or of both. */
struct listed {
	int64_t row;
	const struct known *known;
	size_t card;
};

static int compare_listed(const void *left, const void *right)
{
	const struct listed *a = left, *b = right;

	return (a->row > b->row) - (a->row < b->row);
}

/* All cards by row; the caller frees the list. */
static struct listed *list_cards(const struct reconciliation *work, size_t *ret_count)
{
	struct listed *list =
		calloc(work->known.count + work->scan.card_count + 1, sizeof(*list));
	size_t count = 0;

	if (!list)
		return NULL;
	for (size_t i = 0; i < work->known.count; i++) {
		const struct known *known = &work->known.list[i];

		list[count++] = (struct listed){ known->id, known, known->found };
	}
	for (size_t i = 0; i < work->scan.card_count; i++)
		if (work->arrivals[i] != KNOWN_BEFORE)
			list[count++] = (struct listed){ work->matches[i].row, NULL, i };
	qsort(list, count, sizeof(*list), compare_listed);
	*ret_count = count;
	return list;
}

/* Passes on the card of a row of LIST. */
static int tell_card(struct reconciliation *work, const struct query *query,
		     const struct listed *listed,
		     int (*each)(void *data, const struct reconciled *row), void *data)
{
	_cleanup_strbuf_ struct strbuf note = STRBUF_EMPTY;
	const struct known *known = listed->known;
	const size_t card = listed->card;
	int64_t address;
	struct reconciled row = { .name = query_text(query, 1),
				  .address = query_optional(query, 2, &address) };
	int r;

	if (known) {
		row.was = &known->place;
		row.vm = known->vm;
		row.change = db_known_change(known, row.address, query_integer(query, 3));
	} else {
		row.change = work->arrivals[card] == ADOPTED ? "moved" : "new";
	}
	r = card == MATCH_NONE ? 0 : note_serial(work, card, &note);
	if (r == 0 && card != MATCH_NONE)
		note_quarantine(work, card, row.name, &note);
	/* A missing card that no VM has affects nobody. */
	if (r == 0 && row.vm)
		r = note_conflict(work, listed->row, &note);
	if (r < 0)
		return r;
	row.note = note.length ? strbuf_text(&note) : NULL;
	return each(data, &row);
}

static int tell(struct reconciliation *work,
		int (*each)(void *data, const struct reconciled *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	size_t count = 0;
	_cleanup_free_ struct listed *list = list_cards(work, &count);
	int r = list ? query_start(work->db, &query, LIST, "i", work->host->id)
		     : db_fail_memory(work->db);

	while (r == 0 && (r = query_step(&query)) == 1) {
		const struct listed key = { .row = query_integer(&query, 0) };
		const struct listed *listed =
			bsearch(&key, list, count, sizeof(*list), compare_listed);

		r = tell_card(work, &query, listed, each, data);
	}
	return r;
}

/*
 * Missing cards are kept, so a host with ever different answers would fill the file. A
 * person decides which of them to remove.
 */
static int check_missing(const struct reconciliation *work)
{
	size_t before = 0, after = 0;

	for (size_t i = 0; i < work->known.count; i++) {
		const struct known *known = &work->known.list[i];

		before += !known->vm && known->missing;
		after += !known->vm && known->found == MATCH_NONE;
	}
	if (after <= DB_MISSING_CARDS_MOST || after <= before)
		return 0;
	return db_fail(
		work->db, -ENOSPC,
		"%zu cards of %s that no VM has would be missing, and at most "
		"%d are kept; nothing was changed. Remove those that will not come "
		"back: `rocks remove host gpu %s GPU`, one by one or in a batch",
		after, work->host->name, DB_MISSING_CARDS_MOST, work->host->name);
}

/* Compares the scan with the host's cards as they are now. */
static int look(struct reconciliation *work)
{
	int64_t one;
	int r = db_fetch_integer(work->db, &one, IS_THERE, "it", work->host->id,
				 work->host->name);

	if (r == 0)
		return db_fail(work->db, -ENOENT, "%s was removed or renamed meanwhile",
			       work->host->name);
	if (r == 1)
		r = db_vm_exists(work->db, work->host->id);
	if (r == 1)
		return db_fail(work->db, -EINVAL,
			       "%s is a VM; scan the host that houses it",
			       work->host->name);
	known_cards_release(&work->known);
	if (r == 0)
		r = db_known_load(work->db, work->host->id, &work->known);
	if (r == 0 && db_match_cards(&work->known, &work->scan, work->matches) < 0)
		r = db_fail_memory(work->db);
	return r < 0 ? r : check_missing(work);
}

static int look_before(struct reconciliation *work)
{
	int r = db_begin_reading(work->db);

	if (r == 0)
		r = db_fetch_integer(work->db, &work->seen, DATA_VERSION, "");
	if (r == 1)
		r = look(work);
	db_rollback(work->db);
	return r;
}

int db_reconcile_prepare(struct db *db, const struct host_ref *host, const char *document,
			 struct reconciliation **ret_work)
{
	_cleanup_reconciliation_ struct reconciliation *work = calloc(1, sizeof(*work));
	int r;

	if (!work)
		return db_fail_memory(db);
	work->db = db;
	work->host = host;
	r = db_scan_parse(db, document, host->name, &work->scan);
	if (r < 0)
		return r;
	work->matches = calloc(work->scan.card_count + 1, sizeof(*work->matches));
	work->arrivals = calloc(work->scan.card_count + 1, sizeof(*work->arrivals));
	if (!work->matches || !work->arrivals)
		return db_fail_memory(db);
	r = look_before(work);
	if (r < 0)
		return r;
	*ret_work = work;
	work = NULL;
	return 0;
}

int db_reconcile_adopt(struct reconciliation *work, char **words, size_t count)
{
	bool *used = calloc(count + 1, sizeof(*used));

	if (!used)
		return db_fail_memory(work->db);
	free(work->adoption.used);
	work->adoption = (struct adoption){ words, used, count };
	return 0;
}

int db_reconcile(struct reconciliation *work,
		 int (*each)(void *data, const struct reconciled *row), void *data)
{
	int64_t now;
	int r = db_fetch_integer(work->db, &now, DATA_VERSION, "");

	if (r == 1)
		r = now == work->seen ? 0 : look(work);
	if (r == 0)
		r = apply(work);
	return r < 0 ? r : tell(work, each, data);
}
