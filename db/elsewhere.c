/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards of other hosts, or of none, that bear the serial number of a card of a scan. */
#include <errno.h>
#include <string.h>

#include "db/card.h"
#include "db/elsewhere.h"
#include "db/store/internal.h"

/* Cards that may themselves be another one come last. */
static const char LIST[] =
	"SELECT card.id, host.name, card.name, address IS NOT NULL, state = "
	"'quarantined', "
	"uuid, EXISTS (SELECT 1 FROM card_unconfirmed WHERE card_unconfirmed.card = "
	"card.id), (SELECT vm.name FROM assignment JOIN host vm ON "
	"vm.id = assignment.vm WHERE card = card.id), (SELECT assignment.name FROM "
	"assignment WHERE card = card.id), CASE WHEN card.host IS NULL THEN (SELECT "
	"history.host FROM history WHERE history.uuid = card.uuid ORDER BY history.id "
	"DESC "
	"LIMIT 1) END FROM card LEFT JOIN host ON host.id = card.host WHERE serial = ?1 "
	"AND card.host IS NOT ?2 AND (ids IS NULL OR substr(ids, 1, 9) = substr(?3, 1, "
	"9)) ORDER BY 7, card.id";
static const char LEAVE_PARTS[] = "UPDATE card SET parent = NULL WHERE parent = ?";
static const char DOUBTED[] =
	"SELECT here.name, mine.name, other.name, there.name, other.uuid "
	"FROM card_unconfirmed pair JOIN card mine ON mine.id = pair.card "
	"JOIN host here ON here.id = mine.host JOIN card other ON other.id = pair.other "
	"LEFT JOIN host there ON there.id = other.host WHERE pair.card = ?";
static const char TAKE[] =
	"UPDATE card SET host = ?1, name = ?2, address = ?3, parent = NULL, "
	"same_as = NULL, state = CASE state WHEN 'quarantined' THEN state ELSE 'present' "
	"END WHERE id = :card";

/* A row of LIST; strings live until the next. */
struct elsewhere {
	int64_t id;
	const char *host; /* NULL: of none */
	const char *name, *uuid, *vm, *vm_name;
	const char *last_host; /* of a card that is in no host */
	bool is_there, is_quarantined, is_unconfirmed;
};

static int start(struct db *db, struct query *query, const struct sighting *sighting)
{
	return query_start(db, query, LIST, "tit", sighting->serial, sighting->host->id,
			   sighting->ids);
}

static int step(struct query *query, struct elsewhere *ret_row)
{
	int r = query_step(query);

	if (r != 1)
		return r;
	*ret_row = (struct elsewhere){
		.id = query_integer(query, 0),
		.host = query_text(query, 1),
		.name = query_text(query, 2),
		.is_there = query_integer(query, 3),
		.is_quarantined = query_integer(query, 4),
		.uuid = query_text(query, 5),
		.is_unconfirmed = query_integer(query, 6),
		.vm = query_text(query, 7),
		.vm_name = query_text(query, 8),
		.last_host = query_text(query, 9),
	};
	return 1;
}

static bool is_named(const struct adoption *adoption, const char *word)
{
	for (size_t i = 0; i < adoption->count; i++)
		if (strcmp(adoption->words[i], word) == 0)
			return true;
	return false;
}

static void note_used(struct adoption *adoption, const char *word)
{
	for (size_t i = 0; i < adoption->count; i++)
		adoption->used[i] |= strcmp(adoption->words[i], word) == 0;
}

/*
 * Whether a card may be taken over from where it is missing: the user named it, or it was
 * in a host of this name, which was reinstalled.
 */
static bool may_come(const struct sighting *sighting, const struct elsewhere *row,
		     bool named)
{
	if (named)
		return true;
	return !sighting->is_known && row->last_host &&
	       strcmp(row->last_host, sighting->host->name) == 0;
}

static int fail_there(struct db *db, const struct elsewhere *row)
{
	return db_fail(db, -EBUSY,
		       "%s of %s is there as far as is known; `rocks sync host gpu %s` "
		       "first, or, if that host is gone for good, `rocks remove host %s`",
		       row->name, row->host, row->host, row->host);
}

static int fail_held(struct db *db, const struct elsewhere *row)
{
	return db_fail(db, -EBUSY,
		       "%s has %s of %s; take it from that VM first (`rocks remove host "
		       "gpu %s %s`)",
		       row->vm, row->name, row->host, row->vm, row->vm_name);
}

static int fail_two(struct db *db, const struct sighting *sighting)
{
	return db_fail(db, -EINVAL,
		       "two cards elsewhere have the serial number %s; name the one that "
		       "is meant by its UUID, which `rocks list retired gpu` and `rocks "
		       "dump` show",
		       sighting->serial);
}

int db_elsewhere_find(struct db *db, const struct sighting *sighting,
		      struct adoption *adoption, struct identity *ret_identity)
{
	_cleanup_query_ struct query query = { 0 };
	bool by_serial = is_named(adoption, sighting->serial), by_uuid = false;
	struct elsewhere row;
	int r = start(db, &query, sighting);

	*ret_identity = (struct identity){ 0 };
	for (; r >= 0 && !by_uuid && (r = step(&query, &row)) == 1;) {
		by_uuid = is_named(adoption, row.uuid);
		if (!row.is_there && !*ret_identity->same_as)
			snprintf(ret_identity->same_as, sizeof(ret_identity->same_as),
				 "%s", row.uuid);
		/* A serial number does not name a card that may itself be another one. */
		if (!by_uuid &&
		    (row.is_unconfirmed || !may_come(sighting, &row, by_serial)))
			continue;
		if (row.is_there)
			return by_uuid || by_serial ? fail_there(db, &row) : 0;
		if (row.vm)
			return fail_held(db, &row);
		if (!by_uuid && ret_identity->row)
			return fail_two(db, sighting);
		ret_identity->row = row.id;
		note_used(adoption, by_uuid ? row.uuid : sighting->serial);
	}
	return r < 0 ? r : 0;
}

int db_elsewhere_take(struct db *db, int64_t card, const struct host_ref *host,
		      const char *name, int64_t address)
{
	int r = db_functions_remove(db, card);

	if (r == 0)
		r = db_run(db, LEAVE_PARTS, "i", card);
	return r < 0 ? r : db_run(db, TAKE, "itii", host->id, name, address, card);
}

static void note_missing(const struct sighting *sighting, const struct elsewhere *row,
			 struct strbuf *note)
{
	if (row->vm)
		strbuf_add_format(note,
				  ". If it was moved by hand: `rocks remove host gpu %s "
				  "%s`, then `rocks sync host gpu %s adopt=%s`",
				  row->vm, row->vm_name, sighting->host->name,
				  sighting->serial);
	else
		strbuf_add_format(note,
				  ". If it was moved by hand: `rocks sync host gpu %s "
				  "adopt=%s`",
				  sighting->host->name, sighting->serial);
	if (row->host)
		strbuf_add_format(note, "; if not: `rocks remove host gpu %s %s`",
				  row->host, row->name);
	else
		strbuf_add_format(note, "; if not: `rocks remove retired gpu %s`",
				  row->uuid);
}

int db_elsewhere_note(struct db *db, const struct sighting *sighting, struct strbuf *note)
{
	_cleanup_query_ struct query query = { 0 };
	struct elsewhere row;
	int r = start(db, &query, sighting);

	if (r == 0)
		r = step(&query, &row);
	if (r != 1)
		return r;
	strbuf_add_format(note, "its serial number, %s, is also that of %s of %s",
			  sighting->serial, row.name, row.host ? row.host : "no host");
	if (row.is_quarantined || !row.is_there)
		strbuf_add_format(note, ", which is %s%s%s",
				  row.is_quarantined ? "quarantined" : "",
				  row.is_quarantined && !row.is_there ? " and " : "",
				  row.is_there ? "" : "missing");
	if (row.is_there)
		strbuf_add_format(note,
				  "; if the card moved, `rocks sync host gpu %s`, which "
				  "says what to do then",
				  row.host);
	else
		note_missing(sighting, &row, note);
	return 0;
}

int db_elsewhere_doubt(struct db *db, int64_t card, struct strbuf *text,
		       struct strbuf *repair)
{
	_cleanup_query_ struct query query = { 0 };
	const char *host;
	int r = query_start(db, &query, DOUBTED, "i", card);

	if (r == 0)
		r = query_step(&query);
	if (r != 1)
		return r;
	host = query_text(&query, 3);
	strbuf_add_format(
		text,
		"it may be %s of %s, which is missing: no VM gets it until that "
		"is clear; if it is another card, `rocks set host gpu %s %s "
		"same-as=none`",
		query_text(&query, 2), host ? host : "no host", query_text(&query, 0),
		query_text(&query, 1));
	strbuf_add_format(repair, "rocks sync host gpu %s adopt=%s",
			  query_text(&query, 0), query_text(&query, 4));
	return text->error || repair->error ? db_fail_memory(db) : 1;
}

int db_elsewhere_check_used(struct db *db, const struct host_ref *host,
			    const struct adoption *adoption)
{
	for (size_t i = 0; i < adoption->count; i++)
		if (!adoption->used[i])
			return db_fail(db, -ENOENT,
				       "adopt=%s: no card that is missing elsewhere has "
				       "that serial number or UUID and is in the scan of "
				       "%s",
				       adoption->words[i], host->name);
	return 0;
}
