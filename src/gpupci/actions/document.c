/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --list --json and --status --json print: doc/gpupci-scan.rst, gpupci-status.rst. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/json.h"
#include "src/gpupci/actions/document.h"

static void write_text(FILE *file, const char *key, const char *text)
{
	fprintf(file, ", \"%s\": ", key);
	json_write_string(file, text);
}

static void write_address(FILE *file, const char *key, struct pci_address address)
{
	char text[PCI_ADDRESS_SIZE];

	fprintf(file, ", \"%s\": \"%s\"", key, pci_address_sysfs(address, text));
}

/* Hexadecimal ids are strings of a fixed width; below 0 they are not known. */
static void write_id(FILE *file, const char *key, int value, int digits)
{
	if (value < 0)
		fprintf(file, ", \"%s\": null", key);
	else
		fprintf(file, ", \"%s\": \"%0*x\"", key, digits, (unsigned int)value);
}

static void write_number(FILE *file, const char *key, int value)
{
	if (value < 0)
		fprintf(file, ", \"%s\": null", key);
	else
		fprintf(file, ", \"%s\": %d", key, value);
}

static void write_bars(FILE *file, const struct pci_details *details)
{
	fputs(", \"bars\": [", file);
	for (int i = 0; i < details->bar_count; i++) {
		const struct pci_bar *bar = &details->bars[i];

		fprintf(file,
			"%s{\"index\":%d,\"size\":%" PRIu64
			",\"prefetchable\":%s,\"bits\":%d}",
			i ? "," : "", bar->index, bar->size,
			bar->prefetchable ? "true" : "false", bar->bits);
	}
	fputc(']', file);
}

static void write_mates(FILE *file, const struct card *card,
			const struct pci_function *function, const struct pci_scan *scan)
{
	const char *separator = "";
	char text[PCI_ADDRESS_SIZE];

	fputs(", \"mates\": [", file);
	for (size_t i = 0; i < scan->count; i++) {
		if (!card_is_mate(card, function, &scan->functions[i]))
			continue;
		fprintf(file, "%s\"%s\"", separator,
			pci_address_sysfs(scan->functions[i].address, text));
		separator = ", ";
	}
	fputc(']', file);
}

/* A card's first function tells the card's number, also one that was found before. */
static const char *serial_of(const struct card *card, const struct pci_function *function)
{
	if (card->serial && function == card->members[0].function)
		return strchr(card->serial, ':') + 1;
	return function->serial;
}

static void write_details(FILE *file, const struct card *card,
			  const struct pci_function *function)
{
	const struct pci_details *details = &function->details;

	write_id(file, "class", (int)function->class, 6);
	write_id(file, "vendor", function->vendor, 4);
	write_id(file, "device", function->device, 4);
	write_id(file, "subvendor", details->subvendor, 4);
	write_id(file, "subdevice", details->subdevice, 4);
	write_id(file, "revision", details->revision, 2);
	write_number(file, "iommu_group", function->group);
	write_text(file, "driver", details->driver);
	write_number(file, "numa_node", details->numa_node);
	write_text(file, "path", function->path);
	write_text(file, "serial", serial_of(card, function));
	fprintf(file, ", \"boot_display\": %s", details->boot_display ? "true" : "false");
}

static void write_link(FILE *file, const struct pci_details *details)
{
	write_text(file, "power", details->power);
	write_text(file, "link_speed", details->link_speed);
	write_number(file, "link_width", details->link_width);
	write_text(file, "link_speed_max", details->link_speed_max);
	write_number(file, "link_width_max", details->link_width_max);
}

static void write_holder(FILE *file, const struct holder *holder)
{
	if (holder->process)
		fprintf(file, "{\"process\": %d", (int)holder->process);
	else
		fputs("{\"process\": null", file);
	write_text(file, "unit", holder->unit);
	write_text(file, "command", holder->command);
	write_text(file, "what", holder->what);
	fputc('}', file);
}

/* Who holds the function of that number; null where that is not known. */
static void write_holders(FILE *file, const struct held *held, size_t number)
{
	const char *separator = "";

	if (held_state(held, number) == HELD_UNKNOWN) {
		fputs(", \"holders\": null", file);
		return;
	}
	fputs(", \"holders\": [", file);
	for (size_t i = 0; i < held->holders.count; i++) {
		if (held->holders.holders[i].owner != number)
			continue;
		fputs(separator, file);
		write_holder(file, &held->holders.holders[i]);
		separator = ", ";
	}
	fputc(']', file);
}

/* By enum card_quarantine and enum held_state: not known, no, yes. */
static const char *const truth_words[] = { "null", "false", "true" };

static void write_truth(FILE *file, const char *key, int truth)
{
	fprintf(file, ", \"%s\": %s", key, truth_words[truth]);
}

static void write_function(FILE *file, const struct host *host, const struct card *card,
			   const struct card_member *member)
{
	const struct pci_function *function = member->function;

	fputs("{\"card\": ", file);
	json_write_string(file, card->name[0] ? card->name : NULL);
	write_text(file, "kind", card_kind_name(card->kind));
	if (function->is_virtual)
		write_address(file, "parent", function->parent);
	else
		write_text(file, "parent", NULL);
	write_number(file, "function", (int)member->number);
	write_address(file, "address", function->address);
	write_details(file, card, function);
	write_text(file, "protected", card->protection);
	write_truth(file, "quarantined", (int)card->quarantine);
	write_number(file, "vfs", function->virtual_count);
	write_bars(file, &function->details);
	write_mates(file, card, function, &host->scan);
	write_link(file, &function->details);
	fprintf(file, ", \"saved\": %s",
		card->kind == CARD_FABRIC ? "null"
		: card->is_new		  ? "false"
					  : "true");
}

static void write_head(FILE *file, const char *schema, const char *name)
{
	fprintf(file, "{\"schema\": \"%s\", \"version\": 1", schema);
	write_text(file, "host", name);
	fputs(", \"functions\": [\n", file);
}

void document_write(FILE *file, const struct host *host, const struct held *held,
		    const char *name)
{
	const struct cards *cards = &host->cards;
	size_t count = 0;

	write_head(file, "gpupci-scan", name);
	for (size_t i = 0; i < cards->count; i++)
		for (size_t j = 0; j < cards->cards[i].count; j++) {
			if (count)
				fputs(",\n", file);
			write_function(file, host, &cards->cards[i],
				       &cards->cards[i].members[j]);
			write_holders(file, held, count++);
			fputc('}', file);
		}
	fprintf(file, "%s], \"end\": %zu}\n", count ? "\n" : "", count);
}

/* What the host does with the pick of that number, in words. */
static void write_uses(FILE *file, const struct picks *picks, const struct held *held,
		       size_t number)
{
	const char *roles[HELD_MOST_ROLES];
	size_t count = held_roles(picks->picks[number].function, roles);
	const char *separator = "";

	fputs(", \"uses\": [", file);
	for (size_t i = 0; i < count; i++) {
		fputs(separator, file);
		json_write_string(file, roles[i]);
		separator = ", ";
	}
	for (size_t i = 0; i < held->holders.count; i++) {
		const struct holder *holder = &held->holders.holders[i];

		if (holder->owner != number || holder->process)
			continue;
		fputs(separator, file);
		json_write_string(file, holder->what);
		separator = ", ";
	}
	fputc(']', file);
}

static void write_pick(FILE *file, const struct picks *picks, const struct held *held,
		       size_t number)
{
	const struct pick *pick = &picks->picks[number];
	const struct pci_function *function = pick->function;
	const char *name = pick->card && pick->card->name[0] ? pick->card->name : NULL;

	write_id(file, "class", (int)function->class, 6);
	write_id(file, "vendor", function->vendor, 4);
	write_id(file, "device", function->device, 4);
	write_number(file, "iommu_group", function->group);
	write_text(file, "driver", function->details.driver);
	write_text(file, "card", name);
	fprintf(file, ", \"boot_display\": %s",
		function->details.boot_display ? "true" : "false");
	write_truth(file, "used", (int)held_by_host(held, picks, number));
	write_uses(file, picks, held, number);
	write_holders(file, held, number);
}

/* The keys of write_pick(). */
static void write_missing(FILE *file)
{
	static const char *const keys[] = { "class",	    "vendor", "device",
					    "iommu_group",  "driver", "card",
					    "boot_display", "used",   "uses",
					    "holders" };

	fputs(", \"missing\": true", file);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		write_text(file, keys[i], NULL);
}

void document_write_status(FILE *file, const struct picks *picks, const struct held *held,
			   const char *name)
{
	char address[PCI_ADDRESS_SIZE];

	write_head(file, "gpupci-status", name);
	for (size_t i = 0; i < picks->count; i++) {
		fprintf(file, "%s{\"address\": \"%s\"", i ? ",\n" : "",
			pci_address_sysfs(picks->picks[i].address, address));
		if (picks->picks[i].function)
			write_pick(file, picks, held, i);
		else
			write_missing(file);
		fputc('}', file);
	}
	fprintf(file, "%s], \"end\": %zu}\n", picks->count ? "\n" : "", picks->count);
}
