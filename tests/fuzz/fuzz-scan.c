/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on gpupci's documents: whole or refused with a sentence, whatever it is. */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "db/device.h"
#include "db/holder.h"
#include "db/scan.h"
#include "db/store/limits.h"
#include "lib/driver-name.h"
#include "lib/text.h"
#include "tests/fuzz/empty-inventory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is taken is of the letters that gpupci writes, and its functions are its own. */
static void check_card(const struct scan *scan, const struct scan_card *card)
{
	const struct scan_function *end = card->functions + card->function_count;

	if ((card->serial && !text_is_device_word(card->serial)) ||
	    (card->path && !text_is_device_word(card->path)) || !card->function_count ||
	    card->functions < scan->functions ||
	    end > scan->functions + scan->function_count)
		__builtin_trap();
	for (const struct scan_function *function = card->functions; function < end;
	     function++)
		if (&scan->cards[function->card] != card ||
		    (*function->driver && !driver_is_name(function->driver)))
			__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct db *db;
	_cleanup_card_holders_ struct card_holders holders = { 0 };
	_cleanup_devices_ struct devices devices = { 0 };
	_cleanup_scan_ struct scan scan = { 0 };
	_cleanup_free_ char *text = malloc(size + 1);
	int r;

	if (!db)
		db = empty_inventory();
	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	r = db_scan_parse(db, text, "vm-container-0-15", &scan);
	if (r < 0 && !*db_error(db))
		__builtin_trap();
	if (scan.card_count > DB_SCAN_CARDS_MOST ||
	    scan.function_count > DB_SCAN_FUNCTIONS_MOST)
		__builtin_trap();
	for (size_t i = 0; i < scan.function_count; i++)
		if (r == 0 && scan.functions[i].card >= scan.card_count)
			__builtin_trap();
	for (size_t i = 0; i < scan.card_count; i++)
		check_card(&scan, &scan.cards[i]);
	if (r == 0 && db_holders_parse(db, text, &holders) < 0 && !*db_error(db))
		__builtin_trap();
	for (size_t i = 0; i < holders.count; i++)
		if (holders.list[i].process <= 0 || !holders.list[i].node ||
		    !holders.list[i].command)
			__builtin_trap();
	r = db_devices_parse(db, text, "vm-container-0-15", &devices);
	if (r < 0 && !*db_error(db))
		__builtin_trap();
	for (size_t i = 0; i < devices.count; i++)
		if (devices.list[i].use == DEVICE_FREE && !devices.list[i].uses)
			__builtin_trap();
	return 0;
}
