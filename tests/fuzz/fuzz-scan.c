/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on gpupci's documents: whole or refused with a sentence, whatever it is. */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "db/device.h"
#include "db/scan.h"
#include "tests/fuzz/empty-inventory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct db *db;
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
	for (size_t i = 0; i < scan.function_count; i++)
		if (r == 0 && scan.functions[i].card >= scan.card_count)
			__builtin_trap();
	r = db_devices_parse(db, text, "vm-container-0-15", &devices);
	if (r < 0 && !*db_error(db))
		__builtin_trap();
	for (size_t i = 0; i < devices.count; i++)
		if (devices.list[i].use == DEVICE_FREE && !devices.list[i].uses)
			__builtin_trap();
	return 0;
}
