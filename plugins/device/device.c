/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin for a VM's cards: a <hostdev> for every function of each. */
#include <errno.h>
#include <string.h>

#include "plugins/device/device.h"
#include "plugins/passed.h"

/* The cards by their place in the guest, from 0; NULL for an empty place. */
struct places {
	const struct rocks_card *cards[XML_Q35_CARD_PLACES];
	unsigned int count; /* of this machine */
	unsigned int used;  /* up to and including the last card */
};

static void take_place(struct places *places, unsigned long place,
		       const struct rocks_card *card)
{
	places->cards[place - 1] = card;
	if (place > places->used)
		places->used = (unsigned int)place;
}

/*
 * A card takes the place that its name says. New cards cannot share a place (gpupci and
 * gpupci1) or have none (gpupci0); a VM that has such cards keeps them, in the lowest
 * free places.
 */
static void place_cards(struct xml *xml, struct places *places)
{
	const struct rocks_vm *vm = xml->vm;
	const struct rocks_card *others[XML_Q35_CARD_PLACES];
	unsigned int other_count = 0;
	unsigned long place;

	if (vm->card_count > places->count) {
		xml_fail(xml, -ENOSPC,
			 "%u cards are more than the %u that this machine holds; take "
			 "some away with rocks remove host gpu %s",
			 (unsigned int)vm->card_count, places->count, vm->name);
		return;
	}
	for (uint32_t i = 0; i < vm->card_count; i++) {
		const struct rocks_card *card = vm->card(vm, i);

		place = card_place(card->name);
		if (place > places->count) {
			xml_fail(xml, -ENOSPC,
				 "its card %s is to sit in place %lu, and this machine "
				 "has %u; take it away with rocks remove host gpu %s %s, "
				 "and give it under a lower number",
				 card->name, place, places->count, vm->name, card->name);
			return;
		}
		if (place >= 1 && !places->cards[place - 1])
			take_place(places, place, card);
		else
			others[other_count++] = card;
	}
	for (unsigned int i = 0; i < other_count; i++) {
		for (place = 1; places->cards[place - 1];)
			place++;
		take_place(places, place, others[i]);
	}
}

/* Fails if a device in the document is a function of a card. */
static int check_function(void *data, const struct passed_function *function)
{
	struct xml *xml = data;
	const struct rocks_vm *vm = xml->vm;
	char text[PASSED_TEXT_SIZE];
	const char *card =
		vm->card_at(vm, function->domain, (uint8_t)function->bus,
			    (uint8_t)function->slot, (uint8_t)function->function);

	if (!card)
		return 0;
	return xml_fail(xml, -EBUSY,
			"a kvm_device attribute passes %s of %s, which is of its card "
			"%s; take it out of the attribute and give the card with rocks "
			"add host gpu %s gpupci %s",
			passed_text(function, text), vm->container, card, vm->name, card);
}

/* Cards are given only by assignments, so that no two VMs can have one card. */
static void check_others(struct xml *xml, const xmlNode *devices)
{
	if (!ROCKS_HAS(struct rocks_vm, xml->vm, card_at))
		return;
	for (xmlNode *device = xmlFirstElementChild((xmlNode *)devices);
	     device && !xml->error; device = xmlNextElementSibling(device))
		passed_functions(device, check_function, xml);
}

static void add_card(struct xml *xml, xmlNode *devices, const struct rocks_card *card,
		     unsigned int bus, unsigned int slot)
{
	const struct rocks_function *functions[CARD_FUNCTIONS];

	card_check(xml, card);
	for (uint32_t i = 0; i < card->function_count && !xml->error; i++)
		functions[i] = card->function(card, i);
	if (!xml->error)
		card_add(xml, devices, card,
			 &(struct card_part){ .functions = functions,
					      .count = card->function_count,
					      .bus = bus,
					      .slot = slot });
}

static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
		 struct rocks_failure *failure)
{
	struct xml xml = { .vm = vm, .failure = failure };
	xmlNode *domain = xmlDocGetRootElement(document);
	xmlNode *devices = xml_child_or_new(&xml, domain, "devices");
	bool is_q35 = xml_find_machine(&xml, domain) == XML_Q35;
	struct places places = {
		.count = is_q35 ? XML_Q35_CARD_PLACES : XML_PC_CARD_PLACES,
	};
	unsigned int bus = card_last_bus(devices);

	check_others(&xml, devices);
	if (!vm->card_count || xml.error)
		return xml.error;
	place_cards(&xml, &places);
	for (unsigned int i = 0; i < places.used && !xml.error; i++) {
		if (is_q35)
			xml_add_port(&xml, devices, bus + 1 + i);
		if (!places.cards[i])
			continue;
		if (is_q35)
			add_card(&xml, devices, places.cards[i], bus + 1 + i, 0);
		else
			add_card(&xml, devices, places.cards[i], 0,
				 XML_PC_CARD_FIRST_SLOT + i);
	}
	return xml.error;
}

ROCKS_PLUGIN(.name = "device", .order = 100, .amend = amend,
	     .amend_own = device_amend_own);
