/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin for a VM's cards: a <hostdev> for every function of each. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/passed.h"
#include "plugins/xml.h"

#define FUNCTIONS 8

/* The cards by their place in the guest, from 0; NULL for an empty place. */
struct places {
	const struct rocks_card *cards[XML_Q35_CARD_PLACES];
	unsigned int count; /* of this machine */
	unsigned int used;  /* up to and including the last card */
};

/* The number that a card's name ends in: 1 for gpupci, 2 for gpupci2. */
static unsigned long place_of_name(const char *name)
{
	size_t end = strlen(name);
	size_t start = end;

	while (start > 0 && name[start - 1] >= '0' && name[start - 1] <= '9')
		start--;
	if (start == end)
		return 1;
	return strtoul(name + start, NULL, 10);
}

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

		place = place_of_name(card->name);
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

static int compare_functions(const void *a, const void *b)
{
	const struct rocks_function *left = *(const struct rocks_function *const *)a;
	const struct rocks_function *right = *(const struct rocks_function *const *)b;
	int64_t difference = (int64_t)left->domain - right->domain;

	if (!difference)
		difference = left->bus - right->bus;
	if (!difference)
		difference = left->slot - right->slot;
	if (!difference)
		difference = left->function - right->function;
	return difference < 0 ? -1 : difference > 0;
}

/* Fails for a card that cannot be given to a VM. */
static void check_card(struct xml *xml, const struct rocks_card *card)
{
	const struct rocks_vm *vm = xml->vm;

	if (strcmp(card->kind, "pci") != 0 && strcmp(card->kind, "vf") != 0)
		xml_fail(xml, -ENOTSUP,
			 "the card %s of %s is of the kind '%s', which cannot be given "
			 "to a "
			 "VM yet; take it away with rocks remove host gpu %s %s",
			 card->host_name, vm->container, card->kind, vm->name,
			 card->name);
	if (card->function_count < 1 || card->function_count > FUNCTIONS)
		xml_fail(
			xml, -EINVAL,
			"the card %s of %s has %u functions, one slot of the guest holds "
			"1 to %d; scan the host again",
			card->host_name, vm->container,
			(unsigned int)card->function_count, FUNCTIONS);
	for (uint32_t i = 0; i < card->function_count && !xml->error; i++) {
		unsigned int domain = card->function(card, i)->domain;

		if (domain > 0xffff)
			xml_fail(
				xml, -ERANGE,
				"the card %s of %s is in PCI domain %x, and QEMU can use "
				"none above ffff; give %s another card",
				card->host_name, vm->container, domain, vm->name);
	}
}

static bool is_vendors(const struct rocks_card *card)
{
	return ROCKS_HAS(struct rocks_card, card, is_vendors) && card->is_vendors;
}

static void add_hostdev(struct xml *xml, xmlNode *devices, const struct rocks_card *card,
			const struct rocks_function *function)
{
	xmlNode *hostdev = xml_add(xml, devices, "hostdev");
	xmlNode *source = xml_add(xml, hostdev, "source");
	xmlNode *address = xml_add(xml, source, "address");

	xml_put(xml, hostdev, "mode", "subsystem");
	xml_put(xml, hostdev, "type", "pci");
	/* To manage it, libvirt binds it to vfio-pci: that destroys a vendor's vGPU. */
	xml_put(xml, hostdev, "managed", is_vendors(card) ? "no" : "yes");
	xml_put(xml, address, "domain", "0x%04x", (unsigned int)function->domain);
	xml_put(xml, address, "bus", "0x%02x", function->bus);
	xml_put(xml, address, "slot", "0x%02x", function->slot);
	xml_put(xml, address, "function", "0x%x", function->function);
}

/*
 * A ROM that the guest's firmware cannot run hangs the guest, and a card that the host's
 * firmware has initialised may need its ROM from a file: kvm_gpu_rom is on, off or a
 * file's path; kvm_gpu_rom_NAME does the same for one card.
 */
static void add_rom(struct xml *xml, xmlNode *hostdev, const struct rocks_card *card)
{
	char name[128];
	const char *value;

	snprintf(name, sizeof(name), "kvm_gpu_rom_%s", card->name);
	value = xml_vm_attribute(xml->vm, name);
	if (!value) {
		snprintf(name, sizeof(name), "kvm_gpu_rom");
		value = xml_vm_attribute(xml->vm, name);
	}
	if (!value || strcmp(value, "on") == 0)
		return;
	if (strcmp(value, "off") == 0)
		xml_put(xml, xml_add(xml, hostdev, "rom"), "bar", "off");
	else if (value[0] == '/')
		xml_set(xml, xml_add(xml, hostdev, "rom"), "file", value,
			"the attribute kvm_gpu_rom");
	else
		xml_fail(xml, -EINVAL,
			 "the attribute %s is '%s'; set it to on, off or the path of a "
			 "file, which starts with /",
			 name, value);
}

/*
 * The lowest function goes to 0: without a function 0 the guest does not look for others.
 * The others keep their numbers if possible; on a board with two slots, a number of the
 * second slot may be taken.
 */
static void add_card(struct xml *xml, xmlNode *devices, const struct rocks_card *card,
		     unsigned int bus, unsigned int slot)
{
	const struct rocks_function *functions[FUNCTIONS];
	unsigned int taken = 0;

	check_card(xml, card);
	if (xml->error)
		return;
	for (uint32_t i = 0; i < card->function_count; i++)
		functions[i] = card->function(card, i);
	qsort(functions, card->function_count, sizeof(functions[0]), compare_functions);
	for (uint32_t i = 0; i < card->function_count && !xml->error; i++) {
		unsigned int number = i ? functions[i]->function : 0;

		if (taken & 1u << number)
			for (number = 0; taken & 1u << number;)
				number++;
		taken |= 1u << number;
		add_hostdev(xml, devices, card, functions[i]);
		if (i == 0)
			add_rom(xml, devices->last, card);
		if (is_vendors(card))
			xml_put(xml, xml_add(xml, devices->last, "alias"), "name",
				XML_VENDOR_ALIAS "%s-%u", card->name, number);
		xml_add_address(xml, devices->last, bus, slot, number,
				number == 0 && card->function_count > 1);
	}
}

/* The highest index of a PCI controller so far. */
static unsigned int last_bus(const xmlNode *devices)
{
	unsigned int last = 0;

	for (xmlNode *node = xmlFirstElementChild((xmlNode *)devices); node;
	     node = xmlNextElementSibling(node)) {
		const char *type = xml_get(node, "type");
		const char *index = xml_get(node, "index");
		unsigned long number;

		if (!xmlStrEqual(node->name, BAD_CAST "controller") || !type || !index ||
		    strcmp(type, "pci") != 0)
			continue;
		number = strtoul(index, NULL, 10);
		if (number > last)
			last = number < XML_PORTS ? (unsigned int)number : XML_PORTS;
	}
	return last;
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
	unsigned int bus = last_bus(devices);

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

ROCKS_PLUGIN(.name = "device", .order = 100, .amend = amend);
