/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The history. */
#include "db/history.h"
#include "db/store/internal.h"

static const char LIST[] = "SELECT at, who, verb, host, card, vm, serial, address "
			   "FROM history ORDER BY id";
static const char LIST_OF[] = "SELECT at, who, verb, host, card, vm, serial, address "
			      "FROM history WHERE host = ?1 OR vm = ?1 ORDER BY id";

static const char LAST[] =
	"SELECT verb || ' ' || substr(at, 1, 16) || 'Z by ' || who FROM history "
	"WHERE host = ? AND card = ? AND vm IS NULL ORDER BY id DESC LIMIT 1";
static const char LAST_OF_VM[] =
	"SELECT verb || ' ' || substr(at, 1, 16) || 'Z by ' || who FROM history "
	"WHERE vm = ? ORDER BY id DESC LIMIT 1";

static int add_last(struct db *db, struct strbuf *text, int found, const char *sentence)
{
	if (found == 1)
		strbuf_add_string(text, sentence);
	return found < 0 ? found : text->error ? db_fail_memory(db) : 0;
}

int db_history_last(struct db *db, const char *host, const char *card,
		    struct strbuf *text)
{
	_cleanup_free_ char *sentence = NULL;
	int r = db_fetch_text(db, &sentence, LAST, "tt", host, card);

	return add_last(db, text, r, sentence);
}

int db_history_last_of_vm(struct db *db, const char *vm, struct strbuf *text)
{
	_cleanup_free_ char *sentence = NULL;
	int r = db_fetch_text(db, &sentence, LAST_OF_VM, "t", vm);

	return add_last(db, text, r, sentence);
}

int db_history_each(struct db *db, const char *name,
		    int (*each)(void *data, const struct event *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = name ? query_start(db, &query, LIST_OF, "t", name)
		     : query_start(db, &query, LIST, "");

	while (r == 0 && (r = query_step(&query)) == 1) {
		int64_t address;
		struct event row = {
			.at = query_text(&query, 0),
			.who = query_text(&query, 1),
			.verb = query_text(&query, 2),
			.host = query_text(&query, 3),
			.card = query_text(&query, 4),
			.vm = query_text(&query, 5),
			.serial = query_text(&query, 6),
			.address = query_optional(&query, 7, &address),
		};

		r = each(data, &row);
	}
	return r;
}
