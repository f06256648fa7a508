/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The <hostdev> elements of a card. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/device/device.h"

unsigned long card_place(const char *name)
{
	size_t end = strlen(name);
	size_t start = end;

	while (start > 0 && name[start - 1] >= '0' && name[start - 1] <= '9')
		start--;
	if (start == end)
		return 1;
	return strtoul(name + start, NULL, 10);
}

unsigned int card_last_bus(const xmlNode *devices)
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
void card_check(struct xml *xml, const struct rocks_card *card)
{
	const struct rocks_vm *vm = xml->vm;

	if (strcmp(card->kind, "pci") != 0 && strcmp(card->kind, "vf") != 0)
		xml_fail(xml, -ENOTSUP,
			 "the card %s of %s is of the kind '%s', which cannot be given "
			 "to a "
			 "VM yet; take it away with rocks remove host gpu %s %s",
			 card->host_name, vm->container, card->kind, vm->name,
			 card->name);
	if (card->function_count < 1 || card->function_count > CARD_FUNCTIONS)
		xml_fail(
			xml, -EINVAL,
			"the card %s of %s has %u functions, one slot of the guest holds "
			"1 to %d; scan the host again",
			card->host_name, vm->container,
			(unsigned int)card->function_count, CARD_FUNCTIONS);
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

/* A free function of the guest's slot, the host's if possible, and the first is 0. */
static unsigned int choose_number(const struct rocks_function *function, bool is_first,
				  unsigned int taken)
{
	unsigned int number = is_first ? 0 : function->function;

	if (taken & 1u << number)
		for (number = 0; taken & 1u << number;)
			number++;
	return number;
}

/*
 * The lowest function goes to 0: without a function 0 the guest does not look for others.
 * The others keep their numbers if possible; on a board with two slots, a number of the
 * second slot may be taken.
 */
void card_add(struct xml *xml, xmlNode *devices, const struct rocks_card *card,
	      const struct card_part *part)
{
	unsigned int taken = part->taken;

	qsort(part->functions, part->count, sizeof(*part->functions), compare_functions);
	for (uint32_t i = 0; i < part->count && !xml->error; i++) {
		const struct rocks_function *function = part->functions[i];
		unsigned int number = choose_number(function, i == 0, taken);

		taken |= 1u << number;
		add_hostdev(xml, devices, card, function);
		if (i == 0 && !part->taken)
			add_rom(xml, devices->last, card);
		if (is_vendors(card))
			xml_put(xml, xml_add(xml, devices->last, "alias"), "name",
				XML_VENDOR_ALIAS "%s-%u", card->name, number);
		xml_add_address(xml, devices->last, part->bus, part->slot, number,
				number == 0 && part->count > 1);
	}
}
