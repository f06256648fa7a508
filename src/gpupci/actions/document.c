/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the JSON of --list and --status: doc/gpupci-scan.rst, gpupci-status.rst. */
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/json.h"
#include "src/gpupci/actions/document.h"
#include "src/gpupci/actions/memory.h"
#include "src/gpupci/scan/details.h"

static void write_text(struct json *json, const char *key, const char *text)
{
	json_key(json, key);
	json_string(json, text);
}

static void write_address(struct json *json, const char *key, struct pci_address address)
{
	char text[PCI_ADDRESS_SIZE];

	write_text(json, key, pci_address_sysfs(address, text));
}

/* Hexadecimal ids are strings of a fixed width; negative means unknown. */
static void write_id(struct json *json, const char *key, int value, int digits)
{
	char text[16];

	snprintf(text, sizeof(text), "%0*x", digits, (unsigned int)value);
	write_text(json, key, value < 0 ? NULL : text);
}

static void write_number(struct json *json, const char *key, int value)
{
	json_key(json, key);
	if (value < 0)
		json_null(json);
	else
		json_integer(json, value);
}

static void write_boolean(struct json *json, const char *key, bool value)
{
	json_key(json, key);
	json_boolean(json, value);
}

static void write_bars(struct json *json, const struct pci_details *details)
{
	json_key(json, "bars");
	json_compact(json, true);
	json_begin_list(json);
	for (int i = 0; i < details->bar_count; i++) {
		const struct pci_bar *bar = &details->bars[i];

		json_begin_object(json);
		write_number(json, "index", bar->index);
		json_key(json, "size");
		json_unsigned(json, bar->size);
		write_boolean(json, "prefetchable", bar->prefetchable);
		write_number(json, "bits", bar->bits);
		json_end_object(json);
	}
	json_end_list(json);
	json_compact(json, false);
}

static void write_mates(struct json *json, const struct card *card,
			const struct pci_function *function, const struct pci_scan *scan)
{
	char text[PCI_ADDRESS_SIZE];

	json_key(json, "mates");
	json_begin_list(json);
	for (size_t i = 0; i < scan->count; i++)
		if (card_is_mate(card, function, &scan->functions[i]))
			json_string(json,
				    pci_address_sysfs(scan->functions[i].address, text));
	json_end_list(json);
}

/* A card takes its number from its first function, also a card found before. */
static const char *serial_of(const struct card *card, const struct pci_function *function)
{
	if (card->serial && function == card->members[0].function)
		return strchr(card->serial, ':') + 1;
	return function->serial;
}

static void write_details(struct json *json, const struct card *card,
			  const struct pci_function *function)
{
	const struct pci_details *details = &function->details;

	write_id(json, "class", (int)function->class, 6);
	write_id(json, "vendor", function->vendor, 4);
	write_id(json, "device", function->device, 4);
	write_id(json, "subvendor", details->subvendor, 4);
	write_id(json, "subdevice", details->subdevice, 4);
	write_id(json, "revision", details->revision, 2);
	write_number(json, "iommu_group", function->group);
	write_text(json, "driver", details->driver);
	write_boolean(json, "vfio", details->vfio);
	write_text(json, "vgpu",
		   !details->is_vendors			? NULL
		   : pci_function_has_no_vgpu(function) ? "none"
							: "ready");
	write_number(json, "numa_node", details->numa_node);
	write_text(json, "path", function->path);
	write_text(json, "serial", serial_of(card, function));
	write_boolean(json, "boot_display", details->boot_display);
}

static void write_link(struct json *json, const struct pci_details *details)
{
	write_text(json, "power", details->power);
	write_text(json, "link_speed", details->link_speed);
	write_number(json, "link_width", details->link_width);
	write_text(json, "link_speed_max", details->link_speed_max);
	write_number(json, "link_width_max", details->link_width_max);
}

static void write_holder(struct json *json, const struct holder *holder)
{
	json_begin_object(json);
	write_number(json, "process", holder->process ? (int)holder->process : -1);
	write_text(json, "unit", holder->unit);
	write_text(json, "command", holder->command);
	write_text(json, "what", holder->what);
	json_end_object(json);
}

/* Writes who holds the function with that index; null if unknown. */
static void write_holders(struct json *json, const struct held *held, size_t number)
{
	json_key(json, "holders");
	if (held_state(held, number) == HELD_UNKNOWN) {
		json_null(json);
		return;
	}
	json_begin_list(json);
	for (size_t i = 0; i < held->holders.count; i++)
		if (held->holders.holders[i].owner == number)
			write_holder(json, &held->holders.holders[i]);
	json_end_list(json);
}

/* Indexed by enum card_quarantine and enum held_state: unknown, no, yes. */
static const char *const truth_words[] = { "null", "false", "true" };

static void write_truth(struct json *json, const char *key, int truth)
{
	json_key(json, key);
	json_raw(json, truth_words[truth]);
}

static void write_function(struct json *json, const struct host *host,
			   const struct card *card, const struct card_member *member)
{
	/* Indexes of truth_words. */
	static const int responds[] = {
		[PCI_ANSWER_UNKNOWN] = 0, [PCI_ANSWER_NO] = 1, [PCI_ANSWER_YES] = 2
	};
	const struct pci_function *function = member->function;

	write_text(json, "card", card->name[0] ? card->name : NULL);
	write_text(json, "kind", card_kind_name(card->kind));
	if (function->is_virtual)
		write_address(json, "parent", function->parent);
	else
		write_text(json, "parent", NULL);
	write_number(json, "function", (int)member->number);
	write_address(json, "address", function->address);
	write_details(json, card, function);
	write_text(json, "protected", card->protection);
	/* Readers that do not know responds must not assign the card either. */
	write_truth(json, "quarantined",
		    card_find_dead(card) ? (int)QUARANTINE_YES : (int)card->quarantine);
	write_truth(json, "responds", responds[function->answer]);
	write_number(json, "vfs", function->virtual_count);
	write_number(json, "vfs_most", function->details.virtual_most);
	write_bars(json, &function->details);
	write_mates(json, card, function, &host->scan);
	write_link(json, &function->details);
	json_key(json, "saved");
	json_raw(json, card->kind == CARD_FABRIC ? "null"
		       : card->is_new		 ? "false"
						 : "true");
}

static void begin_document(struct json *json, const char *schema, const char *name)
{
	json_begin_object(json);
	write_text(json, "schema", schema);
	write_number(json, "version", 1);
	write_text(json, "host", name);
	json_key(json, "functions");
	json_begin_list(json);
}

static void begin_function(struct json *json)
{
	json_space(json, "\n");
	json_begin_object(json);
}

static void end_functions(struct json *json)
{
	json_space(json, "\n");
	json_end_list(json);
}

static void end_document(struct json *json, size_t count)
{
	json_key(json, "end");
	json_unsigned(json, count);
	json_end_object(json);
	fputc('\n', json->file);
}

void document_write(FILE *file, struct host *host, const struct held *held,
		    const char *name)
{
	const struct cards *cards = &host->cards;
	struct json json = JSON_TO(file);
	size_t count = 0;

	begin_document(&json, "gpupci-scan", name);
	for (size_t i = 0; i < cards->count; i++)
		for (size_t j = 0; j < cards->cards[i].count; j++) {
			begin_function(&json);
			write_function(&json, host, &cards->cards[i],
				       &cards->cards[i].members[j]);
			write_holders(&json, held, count++);
			json_end_object(&json);
		}
	end_functions(&json);
	memory_write(&json, &host->scan.root, held);
	end_document(&json, count);
}

/* Describes what the host does with the pick with that index. */
static void write_uses(struct json *json, const struct picks *picks,
		       const struct held *held, size_t number)
{
	const char *roles[HELD_MOST_ROLES];
	size_t count = held_roles(picks->picks[number].function, roles);

	json_key(json, "uses");
	json_begin_list(json);
	for (size_t i = 0; i < count; i++)
		json_string(json, roles[i]);
	for (size_t i = 0; i < held->holders.count; i++) {
		const struct holder *holder = &held->holders.holders[i];

		if (holder->owner == number && !holder->process)
			json_string(json, holder->what);
	}
	json_end_list(json);
}

static void write_pick(struct json *json, const struct picks *picks,
		       const struct held *held, size_t number)
{
	const struct pick *pick = &picks->picks[number];
	const struct pci_function *function = pick->function;
	const char *name = pick->card && pick->card->name[0] ? pick->card->name : NULL;

	write_id(json, "class", (int)function->class, 6);
	write_id(json, "vendor", function->vendor, 4);
	write_id(json, "device", function->device, 4);
	write_number(json, "iommu_group", function->group);
	write_text(json, "driver", function->details.driver);
	write_text(json, "card", name);
	write_boolean(json, "boot_display", function->details.boot_display);
	write_truth(json, "used", (int)held_by_host(held, picks, number));
	write_uses(json, picks, held, number);
	write_holders(json, held, number);
}

/* The keys of write_pick(). */
static void write_missing(struct json *json)
{
	static const char *const keys[] = { "class",	    "vendor", "device",
					    "iommu_group",  "driver", "card",
					    "boot_display", "used",   "uses",
					    "holders" };

	write_boolean(json, "missing", true);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		write_text(json, keys[i], NULL);
}

void document_write_status(FILE *file, const struct picks *picks, const struct held *held,
			   const char *name)
{
	struct json json = JSON_TO(file);

	begin_document(&json, "gpupci-status", name);
	for (size_t i = 0; i < picks->count; i++) {
		begin_function(&json);
		write_address(&json, "address", picks->picks[i].address);
		if (picks->picks[i].function)
			write_pick(&json, picks, held, i);
		else
			write_missing(&json);
		json_end_object(&json);
	}
	end_functions(&json);
	end_document(&json, picks->count);
}
