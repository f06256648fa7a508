/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that list detached cards: over reboots, and for this boot. */
#include <errno.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/driver-name.h"
#include "src/gpupci/files/record.h"
#include "src/gpupci/files/state.h"
#include "src/gpupci/keep/detached-file.h"

#define KIND "gpupci-detached"
#define VERSION_NOW 1

static const char heading[] = "# Cards that stay detached over a reboot. gpupci writes "
			      "this: see gpupci --forget.\n";

/* "card gpupci1 driver=vfio-pci ids=10de:1b06:10de:120f serial=-" */
static int take_card(struct detached *detached, const struct record *record)
{
	struct detached_card card = { .name = "" };

	if (record->count != 5 || strcmp(record->words[0], "card") != 0 ||
	    !name_is_valid(record->words[1]) ||
	    record_copy(record->words[1], card.name, sizeof(card.name)) < 0 ||
	    record_copy(record_value(record, "driver"), card.driver,
			sizeof(card.driver)) < 0 ||
	    !driver_is_named_vfio(card.driver) || !driver_is_name(card.driver) ||
	    record_copy(record_value(record, "ids"), card.ids, sizeof(card.ids)) < 0 ||
	    record_copy(record_value(record, "serial"), card.serial,
			sizeof(card.serial)) < 0)
		return -EINVAL;
	return detached_add(detached, card);
}

static bool is_none_or_name(const char *driver)
{
	return !driver[0] || driver_is_name(driver);
}

/* "function 0 0000:02:00.0 id=… path=… driver=nvidia module=nvidia override=-" */
static int take_function(struct detached *detached, const struct record *record)
{
	struct detached_card *card = &detached->cards[detached->count - 1];
	struct detached_function function = { .number = 0 };
	uint64_t number;

	if (record->count != 8 || record_number(record->words[1], &number) < 0 ||
	    number > 255 || detached_function(card, (unsigned int)number) ||
	    pci_address_parse(record->words[2], &function.address) < 0 ||
	    record_ids(record_value(record, "id"), &function.vendor, &function.device) <
		    0 ||
	    record_copy(record_value(record, "path"), function.path,
			sizeof(function.path)) < 0 ||
	    record_copy(record_value(record, "driver"), function.driver,
			sizeof(function.driver)) < 0 ||
	    record_copy(record_value(record, "module"), function.module,
			sizeof(function.module)) < 0 ||
	    record_copy(record_value(record, "override"), function.override,
			sizeof(function.override)) < 0 ||
	    !is_none_or_name(function.driver) || !is_none_or_name(function.module) ||
	    !is_none_or_name(function.override))
		return -EINVAL;
	function.number = (unsigned int)number;
	return detached_add_function(card, &function);
}

static bool last_is_whole(const struct detached *detached)
{
	return !detached->count || detached->cards[detached->count - 1].count;
}

int detached_parse(struct detached *detached, char *text, size_t length)
{
	struct record record;
	int more, error;

	error = record_open(&record, text, length, KIND, VERSION_NOW);
	if (error < 0)
		return error;
	while ((more = record_next(&record)) > 0) {
		if (strcmp(record.words[0], "function") == 0)
			error = detached->count ? take_function(detached, &record)
						: -EINVAL;
		else
			error = last_is_whole(detached) ? take_card(detached, &record)
							: -EINVAL;
		if (error < 0)
			return error;
	}
	return more == 0 && !last_is_whole(detached) ? -EINVAL : more;
}

int detached_read(struct detached *detached, const struct root *root, const char *path)
{
	_cleanup_free_ char *text = NULL;
	size_t length;
	int error;

	error = state_read(root, path, &text, &length);
	if (error == -ENOENT)
		return 0;
	if (error < 0)
		return error == -EFBIG ? -EINVAL : error;
	error = detached_parse(detached, text, length);
	if (error < 0)
		detached_release(detached);
	return error;
}

static void format_card(const struct detached_card *card, struct strbuf *text)
{
	char address[PCI_ADDRESS_SIZE];

	strbuf_add_format(text, "card %s driver=%s ids=%s serial=%s\n",
			  detached_name(card), card->driver, record_word(card->ids),
			  record_word(card->serial));
	for (size_t i = 0; i < card->count; i++) {
		const struct detached_function *function = &card->functions[i];

		strbuf_add_format(
			text, "function %u %s id=%04x:%04x path=%s ", function->number,
			pci_address_sysfs(function->address, address), function->vendor,
			function->device, record_word(function->path));
		strbuf_add_format(text, "driver=%s module=%s override=%s\n",
				  record_word(function->driver),
				  record_word(function->module),
				  record_word(function->override));
	}
}

void detached_format(const struct detached *detached, struct strbuf *text)
{
	size_t lines = 0;

	strbuf_add_string(text, heading);
	record_begin(text, KIND, VERSION_NOW);
	for (size_t i = 0; i < detached->count; i++) {
		format_card(&detached->cards[i], text);
		lines += 1 + detached->cards[i].count;
	}
	record_end(text, lines);
}

int detached_write(const struct detached *detached, const struct root *root,
		   const char *path)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	if (!detached->count)
		return state_remove(root, path);
	detached_format(detached, &text);
	if (text.error)
		return text.error;
	return state_write(root, path, 0644, strbuf_text(&text), text.length);
}
