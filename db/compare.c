/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares a scan with the inventory, without writing. */
#include <string.h>

#include "db/compare.h"
#include "db/gpu.h"
#include "db/match.h"
#include "db/store/internal.h"

struct comparison {
	struct db *db;
	const struct scan *scan;
	int (*each)(void *data, const struct reconciled *row);
	void *data;
};

const char *db_known_change(const struct known *known, const int64_t *address,
			    bool slot_taken)
{
	if (!address)
		return slot_taken ? "swapped" : "missing";
	if (*address != known->place)
		return "moved";
	return known->missing ? "returned" : "same";
}

/* Whether a card's recorded functions are those of the scan. */
struct functions {
	const struct scan_card *card;
	size_t alike, known;
};

static int compare_function(void *data, const struct gpu_function *row)
{
	struct functions *functions = data;

	functions->known++;
	/* Functions recorded by hand may be numbered otherwise. */
	for (size_t i = 0; i < functions->card->function_count; i++)
		functions->alike += functions->card->functions[i].address == row->address;
	return 0;
}

/* Adds what the host says of a card that has not moved: *ret_change, or leaves it. */
static int compare_facts(const struct comparison *comparison, const struct known *known,
			 const struct scan_card *found, const char **ret_change)
{
	struct functions functions = { .card = found };
	int r = db_gpu_function_each(comparison->db, known->id, compare_function,
				     &functions);

	if (found->quarantined && !known->quarantined)
		*ret_change = "quarantined";
	else if (functions.alike != found->function_count ||
		 functions.known != found->function_count)
		*ret_change = "functions";
	return r;
}

static int compare_known(const struct comparison *comparison, const struct known *known)
{
	const struct scan_card *found = known->found == MATCH_NONE
						? NULL
						: &comparison->scan->cards[known->found];
	struct reconciled row = { .name = known->name,
				  .was = &known->place,
				  .vm = known->vm,
				  .address = found ? &found->address : NULL,
				  .is_unmarked = !known->serial && !known->path };
	int r = 0;

	/* The card is missing in both. */
	row.change = !found && known->missing
			     ? "same"
			     : db_known_change(known, row.address, false);
	if (found && strcmp(row.change, "same") == 0)
		r = compare_facts(comparison, known, found, &row.change);
	return r < 0 ? r : comparison->each(comparison->data, &row);
}

int db_compare(struct db *db, const struct host_ref *host, const struct scan *scan,
	       int (*each)(void *data, const struct reconciled *row), void *data)
{
	_cleanup_free_ struct match *matches =
		calloc(scan->card_count + 1, sizeof(*matches));
	_cleanup_known_cards_ struct known_cards known = { 0 };
	const struct comparison comparison = { db, scan, each, data };
	int r = db_known_load(db, host->id, &known);

	if (r < 0)
		return r;
	if (!matches || db_match_cards(&known, scan, matches) < 0)
		return db_fail_memory(db);
	for (size_t i = 0; i < known.count && r == 0; i++)
		r = compare_known(&comparison, &known.list[i]);
	for (size_t i = 0; i < scan->card_count && r == 0; i++) {
		const struct reconciled row = { .name = scan->cards[i].name,
						.change = "new",
						.address = &scan->cards[i].address };

		if (!matches[i].row)
			r = each(data, &row);
	}
	return r;
}
