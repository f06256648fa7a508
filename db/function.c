/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI functions of cards, and the text that functions= takes. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "db/card.h"
#include "db/internal.h"
#include "lib/pci-address.h"
#include "lib/text.h"

#define MOST_FUNCTIONS 64

static const char LIST[] =
	"SELECT number, address, class, ids FROM function WHERE card = ? "
	"ORDER BY number";
static const char REMOVE[] = "DELETE FROM function WHERE card = ?";
static const char ADD[] = "INSERT INTO function (card, number, address, class, ids) "
			  "VALUES (?, ?, ?, ?, ?)";
static const char FIND[] = "SELECT 1 FROM function WHERE card = ? AND number = ?";
static const char BASE[] = "SELECT ifnull(address, last_address) FROM card WHERE id = ?";

int db_gpu_function_each(struct db *db, int64_t card,
			 int (*each)(void *data, const struct gpu_function *row),
			 void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST, "i", card);

	while (r == 0 && (r = query_step(&query)) == 1) {
		int64_t class;
		struct gpu_function row = {
			.number = query_integer(&query, 0),
			.address = query_integer(&query, 1),
			.class = query_optional(&query, 2, &class),
			.ids = query_text(&query, 3),
		};

		r = each(data, &row);
	}
	return r;
}

static int refuse(struct db *db, const char *item)
{
	return db_fail(
		db, -EINVAL,
		"«%s» is no function of a card: N[@ADDRESS][/CLASS[/VENDOR:DEVICE]], "
		"such as 0/030000/10de:1db6",
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

/* Adds one function of an item, which is cut up in place. */
static int add_item(struct db *db, int64_t card, int64_t base, char *item)
{
	char *rest = item, *number_text = strsep(&rest, "/"),
	     *class_text = strsep(&rest, "/");
	char *address_text = number_text;
	int64_t number, address, class = 0, one;
	int r;

	number_text = strsep(&address_text, "@");
	if (text_parse_integer(number_text, 0, MOST_FUNCTIONS - 1, &number) < 0)
		return refuse(db, number_text);
	address = (base & ~INT64_C(7)) + number;
	if (address_text) {
		r = db_parse_address(db, address_text, &address);
		if (r < 0)
			return r;
	} else if (number > 7) {
		return refuse(db, number_text);
	}
	if (class_text && !is_hex(class_text, 6))
		return refuse(db, class_text);
	if (class_text)
		class = strtoll(class_text, NULL, 16);
	if (rest && !is_id_pair(rest))
		return refuse(db, rest);
	r = db_fetch_integer(db, &one, FIND, "ii", card, number);
	if (r == 1)
		return db_fail(db, -EINVAL, "function %lld is given twice",
			       (long long)number);
	return r < 0 ? r
		     : db_run(db, ADD, "iiiot", card, number, address,
			      class_text ? &class : NULL, rest);
}

int db_functions_set(struct db *db, int64_t card, int64_t base, const char *text)
{
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *item;
	int r = copy ? db_run(db, REMOVE, "i", card) : db_fail_memory(db);

	while (r == 0 && (item = strsep(&rest, ",")))
		r = add_item(db, card, base, item);
	return r;
}

int db_functions_set_lone(struct db *db, int64_t card, int64_t address)
{
	int r = db_run(db, REMOVE, "i", card);

	return r < 0 ? r
		     : db_run(db, ADD, "iiiot", card, address & 7, address, NULL, NULL);
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
	if (row->address != (state->base & ~INT64_C(7)) + row->number &&
	    pci_address_unpack(row->address, &address) == 0)
		strbuf_add_format(state->text, "@%s", pci_address_sysfs(address, buffer));
	if (row->class)
		strbuf_add_format(state->text, "/%06" PRIx64, (uint64_t)*row->class);
	if (row->class && row->ids)
		strbuf_add_format(state->text, "/%s", row->ids);
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
	/* A lone function of which nothing is known is what a card has by itself. */
	if (text->length == state.start + 1 &&
	    text->bytes[state.start] == '0' + (char)(state.base & 7)) {
		text->length = state.start;
		text->bytes[state.start] = '\0';
	}
	return text->error ? db_fail_memory(db) : 0;
}
