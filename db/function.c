/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI functions of cards, and the text that functions= takes. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "db/card.h"
#include "db/names.h"
#include "db/store/internal.h"
#include "db/store/limits.h"
#include "lib/pci-address.h"
#include "lib/text.h"

#define COLUMNS "SELECT number, address, class, ids, bar_bytes, function.card, "
static const char LIST[] = COLUMNS "0 FROM function WHERE card = ? ORDER BY number";
static const char LIST_OF_VMS[] = COLUMNS
	"vm FROM assignment JOIN function ON function.card = assignment.card "
	"WHERE vm " DB_AMONG " AND role = 'active' ORDER BY vm, function.card, number";
static const char ANY[] = "SELECT 1 FROM function WHERE card = ? LIMIT 1";
static const char REMOVE[] = "DELETE FROM function WHERE card = ?";
static const char ADD[] =
	"INSERT INTO function (card, number, address, class, ids, bar_bytes, host) "
	"VALUES (:card, ?, :address, ?, ?, ?, (SELECT host FROM card WHERE id = :card))";
static const char COUNT_AT[] =
	"SELECT count(*) FROM function WHERE card = ? AND address = ?";
static const char COUNT_TWICE[] =
	"SELECT count(*) - count(DISTINCT address) FROM function WHERE card = ?";
static const char FIND[] = "SELECT 1 FROM function WHERE card = ? AND number = ?";
/* A card with that address, or, if both are whole cards, one in the same slot. */
static const char TAKEN[] =
	"SELECT other.name FROM card mine CROSS JOIN function near ON near.host = "
	"mine.host "
	"AND near.address BETWEEN ?2 & ~7 AND ?2 | 7 "
	"CROSS JOIN card other ON other.id = near.card AND other.id <> mine.id "
	"WHERE mine.id = ?1 AND mine.address IS NOT NULL AND other.address IS NOT NULL "
	"AND (near.address = ?2 OR (mine.kind = 'pci' AND other.kind = 'pci'))";
static const char BASE[] = "SELECT ifnull(address, last_address) FROM card WHERE id = ?";

static int walk(struct query *query,
		int (*each)(void *data, const struct gpu_function *row), void *data)
{
	int r = 0;

	while (r == 0 && (r = query_step(query)) == 1) {
		int64_t class, bar_bytes;
		struct gpu_function row = {
			.number = query_integer(query, 0),
			.address = query_integer(query, 1),
			.class = query_optional(query, 2, &class),
			.ids = query_text(query, 3),
			.bar_bytes = query_optional(query, 4, &bar_bytes),
			.card = query_integer(query, 5),
			.vm = query_integer(query, 6),
		};

		r = each(data, &row);
	}
	return r;
}

int db_gpu_function_each(struct db *db, int64_t card,
			 int (*each)(void *data, const struct gpu_function *row),
			 void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST, "i", card);

	return r < 0 ? r : walk(&query, each, data);
}

int db_gpu_function_each_of(struct db *db, const char *vms,
			    int (*each)(void *data, const struct gpu_function *row),
			    void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST_OF_VMS, "t", vms);

	return r < 0 ? r : walk(&query, each, data);
}

int db_functions_remove(struct db *db, int64_t card)
{
	int64_t one;
	int r = db_fetch_integer(db, &one, ANY, "i", card);

	/*
	 * Even with nothing to remove, a DELETE is slower: it first makes a table of the
	 * rows.
	 */
	return r == 1 ? db_run(db, REMOVE, "i", card) : r;
}

int db_function_add(struct db *db, int64_t card, const struct gpu_function *function)
{
	return db_run(db, ADD, "iiioto", card, function->number, function->address,
		      function->class, function->ids, function->bar_bytes);
}

int db_function_fail_taken(struct db *db, const char *other)
{
	return db_fail(
		db, -EEXIST,
		"a function of the card has an address of %s, or is in its slot: all "
		"functions in a slot belong to one card, except virtual functions",
		other);
}

/* A trigger refuses it, too, but cannot name the other card. */
static int check_free(struct db *db, int64_t card, int64_t address)
{
	_cleanup_free_ char *other = NULL;
	int r = db_fetch_text(db, &other, TAKEN, "ii", card, address);

	return r == 1 ? db_function_fail_taken(db, other) : r;
}

static int refuse(struct db *db, const char *item)
{
	return db_fail(db, -EINVAL,
		       "«%s» is not a function of a card: "
		       "N[@ADDRESS][/CLASS[/VENDOR:DEVICE[/BARBYTES]]], such as "
		       "0/030000/10de:1db6; N is at most 7, or with an "
		       "ADDRESS " DB_LIMIT_TEXT(
			       DB_FUNCTION_MOST) ", BARBYTES at "
						 "most " DB_LIMIT_TEXT(DB_BAR_BYTES_MOST),
		       item);
}

static bool is_hex(const char *text, size_t length)
{
	return strlen(text) == length && strspn(text, "0123456789abcdef") == length;
}

static bool is_id_pair(const char *text)
{
	return strlen(text) == 9 && text[4] == ':' &&
	       strspn(text, "0123456789abcdef") == 4 && is_hex(text + 5, 4);
}

/* The parts of an item after its number and address; an empty part is not given. */
struct parts {
	int64_t class, bar_bytes;
	const char *ids;
	bool has_class, has_bar_bytes;
};

/* Reads CLASS[/VENDOR:DEVICE[/BARBYTES]], which is cut up in place. */
static int read_parts(struct db *db, char *text, struct parts *ret_parts)
{
	size_t length = text ? strlen(text) : 1;
	char *rest = text, *class, *ids;
	struct parts parts;

	if (!length || (text && text[length - 1] == '/'))
		return refuse(db, text);
	class = strsep(&rest, "/");
	ids = strsep(&rest, "/");
	parts = (struct parts){ .has_class = class && *class,
				.ids = ids && *ids ? ids : NULL,
				.has_bar_bytes = rest != NULL };
	if (parts.has_class && !is_hex(class, 6))
		return refuse(db, class);
	if (parts.has_class)
		parts.class = strtoll(class, NULL, 16);
	if (parts.ids && !is_id_pair(parts.ids))
		return refuse(db, parts.ids);
	if (parts.has_bar_bytes &&
	    text_parse_integer(rest, 0, DB_BAR_BYTES_MOST, &parts.bar_bytes) < 0)
		return refuse(db, rest);
	*ret_parts = parts;
	return 0;
}

/* Adds one function of an item, which is cut up in place. */
static int add_item(struct db *db, int64_t card, int64_t base, char *item)
{
	char *rest = item, *number_text = strsep(&rest, "/");
	char *address_text = number_text;
	struct gpu_function function;
	int64_t number, address, one;
	struct parts parts;
	int r;

	number_text = strsep(&address_text, "@");
	if (text_parse_integer(number_text, 0, DB_FUNCTION_MOST, &number) < 0)
		return refuse(db, number_text);
	address = (base & ~INT64_C(7)) + number;
	if (address_text) {
		r = db_parse_address(db, address_text, &address);
		if (r < 0)
			return r;
	} else if (number > 7) {
		return refuse(db, number_text);
	}
	r = read_parts(db, rest, &parts);
	if (r < 0)
		return r;
	r = db_fetch_integer(db, &one, FIND, "ii", card, number);
	if (r == 1)
		return db_fail(db, -EINVAL, "function %lld is given twice",
			       (long long)number);
	function = (struct gpu_function){
		.number = number,
		.address = address,
		.class = parts.has_class ? &parts.class : NULL,
		.ids = parts.ids,
		.bar_bytes = parts.has_bar_bytes ? &parts.bar_bytes : NULL,
	};
	if (r == 0)
		r = check_free(db, card, address);
	return r < 0 ? r : db_function_add(db, card, &function);
}

/* One of a card's functions is at the card's own address, and no two are at one. */
static int check_addresses(struct db *db, int64_t card, int64_t base)
{
	int64_t count, different;
	int r = db_fetch_integer(db, &count, COUNT_AT, "ii", card, base);

	if (r == 1 && !count)
		return db_fail(db, -EINVAL,
			       "the functions must include the card's own address");
	if (r == 1)
		r = db_fetch_integer(db, &different, COUNT_TWICE, "i", card);
	if (r == 1 && different)
		return db_fail(db, -EINVAL,
			       "two functions of the card are at one address");
	return r < 0 ? r : 0;
}

int db_functions_set(struct db *db, int64_t card, int64_t base, const char *text)
{
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *item;
	int r = copy ? db_functions_remove(db, card) : db_fail_memory(db);

	while (r == 0 && (item = strsep(&rest, ",")))
		r = add_item(db, card, base, item);
	return r < 0 ? r : check_addresses(db, card, base);
}

int db_functions_set_lone(struct db *db, int64_t card, int64_t address)
{
	struct gpu_function lone = { .number = address & 7, .address = address };
	int r = db_functions_remove(db, card);

	return r < 0 ? r : db_function_add(db, card, &lone);
}

struct text_of_functions {
	struct strbuf *text;
	int64_t base;
	size_t start;
};

static int add_text(void *data, const struct gpu_function *row)
{
	struct text_of_functions *state = data;
	struct pci_address address;
	char buffer[PCI_ADDRESS_SIZE];

	if (state->text->length > state->start)
		strbuf_add_char(state->text, ',');
	strbuf_add_format(state->text, "%" PRId64, row->number);
	if ((row->number > 7 ||
	     row->address != (state->base & ~INT64_C(7)) + row->number) &&
	    pci_address_unpack(row->address, &address) == 0)
		strbuf_add_format(state->text, "@%s", pci_address_sysfs(address, buffer));
	if (row->class || row->ids || row->bar_bytes)
		strbuf_add_char(state->text, '/');
	if (row->class)
		strbuf_add_format(state->text, "%06" PRIx64, (uint64_t)*row->class);
	if (row->ids || row->bar_bytes)
		strbuf_add_format(state->text, "/%s", row->ids ? row->ids : "");
	if (row->bar_bytes)
		strbuf_add_format(state->text, "/%" PRId64, *row->bar_bytes);
	return 0;
}

int db_gpu_functions_text(struct db *db, int64_t card, struct strbuf *text)
{
	struct text_of_functions state = { .text = text, .start = text->length };
	int r = db_fetch_integer(db, &state.base, BASE, "i", card);

	if (r == 1)
		r = db_gpu_function_each(db, card, add_text, &state);
	if (r < 0)
		return r;
	/* A lone function of which nothing is known is what a card has by default. */
	if (text->length == state.start + 1 &&
	    text->bytes[state.start] == '0' + (char)(state.base & 7)) {
		text->length = state.start;
		text->bytes[state.start] = '\0';
	}
	return text->error ? db_fail_memory(db) : 0;
}
