/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A card: its functions, and what identifies it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/strbuf.h"
#include "src/gpupci/cards/card.h"
#include "src/gpupci/scan/details.h"
#include "src/gpupci/scan/serial.h"

#define VENDOR_NVIDIA 0x10de
#define CLASS_OTHER_BRIDGE 0x0680
#define MOST_BRIDGES 64 /* above a card; more cannot be a tree of buses */

static void protect(struct card *card, const struct pci_function *function)
{
	if (function->details.boot_display)
		card->protection = "boot display";
	else if (function->virtual_count && !card->protection)
		card->protection = "its virtual functions are enabled";
}

int card_read(struct card *card, struct pci_scan *scan, bool with_serials)
{
	for (size_t i = 0; i < card->count; i++) {
		struct pci_function *function = card->members[i].function;
		int error;

		error = pci_scan_read_details(scan, function);
		if (error == 0 && with_serials)
			error = serial_read(scan, function);
		if (error == 0)
			error = pci_scan_read_answer(scan, function, false);
		if (error < 0)
			return error;
		protect(card, function);
	}
	return 0;
}

int card_read_drivers(struct card *card, struct pci_scan *scan)
{
	for (size_t i = 0; i < card->count; i++) {
		struct pci_function *function = card->members[i].function;
		int error = pci_scan_read_driver(scan, function);

		if (error == 0)
			error = pci_scan_read_display(scan, function);
		if (error < 0)
			return error;
		protect(card, function);
	}
	return 0;
}

/* Returns the serial number of the first member that has one, with its kind. */
static int take_serial(struct card *card)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	for (size_t i = 0; i < card->count && !card->serial; i++) {
		const struct pci_function *function = card->members[i].function;

		if (!function->serial)
			continue;
		strbuf_add_format(&text, "%s:%s", serial_kind_name(function->serial_kind),
				  function->serial);
		card->serial = strbuf_take(&text);
		if (!card->serial)
			return -ENOMEM;
	}
	return 0;
}

static int take_ids(struct card *card)
{
	const struct pci_function *function = card->members[0].function;
	const struct pci_details *details = &function->details;
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	strbuf_add_format(&text, "%04x:%04x", function->vendor, function->device);
	if (details->subvendor >= 0 && details->subdevice >= 0)
		strbuf_add_format(&text, ":%04x:%04x", (unsigned int)details->subvendor,
				  (unsigned int)details->subdevice);
	free(card->ids);
	card->ids = strbuf_take(&text);
	return card->ids ? 0 : -ENOMEM;
}

int card_identify(struct card *card, struct pci_scan *scan)
{
	int error = pci_scan_read_subsystem(scan, card->members[0].function);

	if (error == 0)
		error = take_ids(card);
	for (size_t i = 0; i < card->count && !card->serial && error == 0; i++) {
		error = serial_read(scan, card->members[i].function);
		if (error == 0)
			error = take_serial(card);
	}
	return error;
}

int card_read_vpd(struct card *card, struct pci_scan *scan)
{
	int error = 0;

	for (size_t i = 0; i < card->count && !card->serial && error == 0; i++) {
		error = serial_read_vpd(scan, card->members[i].function);
		if (error == 0)
			error = take_serial(card);
	}
	return error;
}

int card_read_answer(struct card *card, struct pci_scan *scan, bool may_wake)
{
	int error = 0;

	for (size_t i = 0; i < card->count && error == 0; i++)
		error = pci_scan_read_answer(scan, card->members[i].function, may_wake);
	return error;
}

const struct pci_function *card_find_dead(const struct card *card)
{
	for (size_t i = 0; i < card->count; i++)
		if (card->members[i].function->answer == PCI_ANSWER_NO)
			return card->members[i].function;
	return NULL;
}

bool card_is_vendors(const struct card *card)
{
	return card->members[0].function->details.is_vendors;
}

bool card_function_is_switch(const struct pci_function *function)
{
	/* On a root bus it is a part of an old chipset. */
	return function->vendor == VENDOR_NVIDIA &&
	       function->class >> 8 == CLASS_OTHER_BRIDGE && !function->is_bridge &&
	       !function->on_root_bus;
}

bool card_owns(const struct card *card, const struct pci_function *function)
{
	for (size_t i = 0; i < card->count; i++)
		if (card->members[i].function == function)
			return true;
	return false;
}

bool card_is_mate(const struct card *card, const struct pci_function *function,
		  const struct pci_function *other)
{
	return function->group >= 0 && other->group == function->group &&
	       !other->is_bridge && (card ? !card_owns(card, other) : other != function);
}

bool card_is_below(const struct card *card, const struct pci_scan *scan,
		   struct pci_address bridge)
{
	const struct pci_function *function = card->members[0].function;

	for (int i = 0; i < MOST_BRIDGES && function && function->has_bridge; i++) {
		if (pci_address_compare(function->bridge, bridge) == 0)
			return true;
		function = pci_scan_find(scan, function->bridge);
	}
	return false;
}

const char *card_kind_name(enum card_kind kind)
{
	switch (kind) {
	case CARD_PCI:
		return "pci";
	case CARD_VF:
		return "vf";
	case CARD_FABRIC:
		return "fabric";
	}
	return "";
}
