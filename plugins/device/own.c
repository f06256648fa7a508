/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cards of a VM in libvirt's own definition: nothing else of it is changed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/device/device.h"
#include "plugins/passed.h"

#define BUSES 256
#define SLOTS 32
/* Of a pc: the chipset and the screen, which libvirt may leave out of a definition. */
#define PC_CHIPSET_SLOTS 3

/* A place in the guest. */
struct place {
	unsigned int bus, slot, function;
};

struct own {
	struct xml xml;
	xmlNode *devices;
	bool is_pcie;
	unsigned int ports[BUSES]; /* buses of root ports that are free but for cards */
	bool is_taken[BUSES];	   /* by a card that stays, or a new one */
	size_t port_count;
};

static unsigned int number_of(const xmlNode *node, const char *attribute)
{
	const char *text = xml_get(node, attribute);
	unsigned long number = text ? strtoul(text, NULL, 0) : 0;

	return number < BUSES ? (unsigned int)number : BUSES - 1;
}

/* Whether a device has a PCI address in the guest. */
static bool read_place(const xmlNode *device, struct place *place)
{
	const xmlNode *address = xml_child(device, "address");
	const char *type = address ? xml_get(address, "type") : NULL;

	if (!type || strcmp(type, "pci") != 0)
		return false;
	*place = (struct place){ number_of(address, "bus"), number_of(address, "slot"),
				 number_of(address, "function") };
	return true;
}

static bool is_hostdev(const xmlNode *device)
{
	return xmlStrEqual(device->name, BAD_CAST "hostdev");
}

static int take_function(void *data, const struct passed_function *function)
{
	*(struct passed_function *)data = *function;
	return 1;
}

/* Whether it passes a PCI function: a <hostdev>, an interface, an NVMe disk. */
static bool read_function(xmlNode *device, struct passed_function *function)
{
	return passed_functions(device, take_function, function) != 0;
}

static const struct rocks_card *find_card(const struct rocks_vm *vm,
					  const struct passed_function *passed)
{
	for (uint32_t i = 0; i < vm->card_count; i++) {
		const struct rocks_card *card = vm->card(vm, i);

		for (uint32_t j = 0; j < card->function_count; j++)
			if (passed_is(passed, card->function(card, j)))
				return card;
	}
	return NULL;
}

/* Whose a <hostdev> is. */
enum owner {
	LIBVIRT, /* passed by whoever made the definition: it stays */
	THIS_VM, /* a card that the VM has */
	NOBODY,	 /* a recorded card that the VM does not have */
};

static enum owner owner_of(const struct own *own, xmlNode *device)
{
	const struct rocks_vm *vm = own->xml.vm;
	struct passed_function passed;

	if (!read_function(device, &passed))
		return LIBVIRT;
	if (find_card(vm, &passed))
		return THIS_VM;
	return vm->card_at(vm, passed.domain, (uint8_t)passed.bus, (uint8_t)passed.slot,
			   (uint8_t)passed.function)
		       ? NOBODY
		       : LIBVIRT;
}

static bool is_controller(const xmlNode *node, const char *model)
{
	const char *type = xml_get(node, "type"), *found = xml_get(node, "model");

	return xmlStrEqual(node->name, BAD_CAST "controller") && type && found &&
	       strcmp(type, "pci") == 0 && strcmp(found, model) == 0;
}

static xmlNode *find_controller(const struct own *own, const char *model)
{
	xmlNode *node = xmlFirstElementChild(own->devices);

	while (node && !is_controller(node, model))
		node = xmlNextElementSibling(node);
	return node;
}

/* A definition that libvirt has printed has its controllers; another one, a machine. */
static void find_kind(struct own *own, const xmlNode *domain)
{
	const xmlNode *type = xml_child(xml_child(domain, "os"), "type");
	const char *name = type ? xml_get(type, "machine") : NULL;
	enum xml_machine machine = XML_Q35;

	own->is_pcie = find_controller(own, "pcie-root") != NULL;
	if (own->is_pcie || find_controller(own, "pci-root"))
		return;
	if (!name || xml_machine_parse(name, &machine) < 0)
		xml_fail(&own->xml, -EINVAL,
			 "its definition has no PCI bus that a card could be on");
	own->is_pcie = machine == XML_Q35;
}

/* Marks the buses that devices are on, those of cards apart. */
static void find_used(const struct own *own, bool used[BUSES], bool by_cards[BUSES])
{
	struct place place;

	for (xmlNode *node = xmlFirstElementChild(own->devices); node;
	     node = xmlNextElementSibling(node)) {
		enum owner owner = owner_of(own, node);

		if (!read_place(node, &place))
			continue;
		if (owner == LIBVIRT)
			used[place.bus] = true;
		if (owner == THIS_VM)
			by_cards[place.bus] = true;
	}
}

/*
 * The ports in their order. Those of cards that the VM no longer has count, so that what
 * is given and taken later finds the ports as they were.
 */
static void find_ports(struct own *own)
{
	bool used[BUSES] = { false }, is_port[BUSES] = { false };

	find_used(own, used, own->is_taken);
	for (xmlNode *node = xmlFirstElementChild(own->devices); node;
	     node = xmlNextElementSibling(node))
		if (is_controller(node, "pcie-root-port"))
			is_port[number_of(node, "index")] = true;
	for (unsigned int bus = 1; bus < BUSES; bus++)
		if (is_port[bus] && !used[bus])
			own->ports[own->port_count++] = bus;
}

static void refuse_other(struct own *own, xmlNode *device)
{
	struct passed_function passed = { 0 };
	char text[PASSED_TEXT_SIZE];

	read_function(device, &passed);
	xml_fail(&own->xml, -EBUSY,
		 "its definition passes %s of %s in <%s>, which is of a card that the "
		 "inventory does not give it; give it the card with rocks add host gpu, "
		 "or remove <%s> with virsh edit",
		 passed_text(&passed, text), own->xml.vm->container,
		 (const char *)device->name, (const char *)device->name);
}

/* Of others than <hostdev> more would be lost than the card: refuses them. */
static void remove_others(struct own *own)
{
	xmlNode *next;

	for (xmlNode *node = xmlFirstElementChild(own->devices); node; node = next) {
		next = xmlNextElementSibling(node);
		if (owner_of(own, node) != NOBODY)
			continue;
		if (!is_hostdev(node)) {
			refuse_other(own, node);
			continue;
		}
		xmlUnlinkNode(node);
		xmlFreeNode(node);
	}
}

/* Adds a root port after the last controller; libvirt chooses where it is. */
static void add_port(struct own *own)
{
	unsigned int bus = card_last_bus(own->devices) + 1;
	xmlNode *last = NULL, *port;

	for (xmlNode *node = xmlFirstElementChild(own->devices); node;
	     node = xmlNextElementSibling(node))
		if (xmlStrEqual(node->name, BAD_CAST "controller"))
			last = node;
	if (bus > XML_PORTS || own->port_count == BUSES) {
		xml_fail(&own->xml, -ENOSPC,
			 "its definition has no PCI bus left for a card; remove "
			 "controllers that it does not need");
		return;
	}
	port = xml_add(&own->xml, own->devices, "controller");
	xml_put(&own->xml, port, "type", "pci");
	xml_put(&own->xml, port, "index", "%u", bus);
	xml_put(&own->xml, port, "model", "pcie-root-port");
	if (port && last)
		xmlAddNextSibling(last, port);
	own->ports[own->port_count++] = bus;
}

/* The port of the card's place, else the first that no card has. */
static unsigned int choose_port(struct own *own, const struct rocks_card *card)
{
	unsigned long place = card_place(card->name);
	size_t at = place >= 1 && place <= XML_Q35_CARD_PLACES ? place - 1 : 0;

	while (own->port_count <= at && !own->xml.error)
		add_port(own);
	if (!own->xml.error && own->is_taken[own->ports[at]])
		for (at = 0; at < own->port_count && own->is_taken[own->ports[at]];)
			at++;
	if (at == own->port_count)
		add_port(own);
	if (own->xml.error)
		return 0;
	own->is_taken[own->ports[at]] = true;
	return own->ports[at];
}

/* The functions of a slot that devices have, as bits. */
static unsigned int used_functions(const struct own *own, unsigned int bus,
				   unsigned int slot)
{
	unsigned int used = 0;
	struct place place;

	for (xmlNode *node = xmlFirstElementChild(own->devices); node;
	     node = xmlNextElementSibling(node))
		if (read_place(node, &place) && place.bus == bus && place.slot == slot)
			used |= 1u << (place.function & 7);
	return used;
}

static unsigned int choose_slot(struct own *own, const struct rocks_card *card)
{
	unsigned long place = card_place(card->name);
	unsigned int slot = SLOTS;

	if (place >= 1 && place <= XML_PC_CARD_PLACES)
		slot = XML_PC_CARD_FIRST_SLOT + (unsigned int)place - 1;
	if (slot < SLOTS && !used_functions(own, 0, slot))
		return slot;
	for (slot = SLOTS - 1; slot >= PC_CHIPSET_SLOTS; slot--)
		if (!used_functions(own, 0, slot))
			return slot;
	xml_fail(&own->xml, -ENOSPC,
		 "its definition has no PCI slot left for its card %s", card->name);
	return 0;
}

/* What the definition has of a card. */
struct found {
	const struct rocks_function *missing[CARD_FUNCTIONS];
	uint32_t missing_count;
	struct place place; /* of one that is there */
	bool is_placed;
};

static xmlNode *find_hostdev(const struct own *own, const struct rocks_function *function)
{
	struct passed_function passed;
	xmlNode *node = xmlFirstElementChild(own->devices);

	while (node && !(read_function(node, &passed) && passed_is(&passed, function)))
		node = xmlNextElementSibling(node);
	return node;
}

static void look(const struct own *own, const struct rocks_card *card,
		 struct found *found)
{
	*found = (struct found){ 0 };
	for (uint32_t i = 0; i < card->function_count; i++) {
		const struct rocks_function *function = card->function(card, i);
		xmlNode *hostdev = find_hostdev(own, function);

		if (!hostdev)
			found->missing[found->missing_count++] = function;
		else if (!found->is_placed)
			found->is_placed = read_place(hostdev, &found->place);
	}
}

/* The guest looks for other functions of a slot only if its function 0 says so. */
static void set_multifunction(struct own *own, const struct place *at)
{
	struct place place;

	for (xmlNode *node = xmlFirstElementChild(own->devices); node;
	     node = xmlNextElementSibling(node))
		if (read_place(node, &place) && place.bus == at->bus &&
		    place.slot == at->slot && place.function == 0)
			xml_put(&own->xml, (xmlNode *)xml_child(node, "address"),
				"multifunction", "on");
}

static void give(struct own *own, const struct rocks_card *card)
{
	struct card_part part = { 0 };
	struct found found;

	card_check(&own->xml, card);
	if (own->xml.error)
		return;
	look(own, card, &found);
	if (!found.missing_count)
		return;
	part.functions = found.missing;
	part.count = found.missing_count;
	part.bus = found.place.bus;
	part.slot = found.place.slot;
	if (!found.is_placed && own->is_pcie)
		part.bus = choose_port(own, card);
	else if (!found.is_placed)
		part.slot = choose_slot(own, card);
	part.taken = used_functions(own, part.bus, part.slot);
	if (part.count + (unsigned int)__builtin_popcount(part.taken) > CARD_FUNCTIONS) {
		xml_fail(&own->xml, -ENOSPC,
			 "the guest's slot of its card %s has no room for %u more "
			 "functions; remove what else is there from the definition",
			 card->name, (unsigned int)part.count);
		return;
	}
	card_add(&own->xml, own->devices, card, &part);
	if (found.is_placed)
		set_multifunction(own, &found.place);
}

int device_amend_own(const struct rocks_vm *vm, struct _xmlDoc *document,
		     struct rocks_failure *failure)
{
	xmlNode *domain = xmlDocGetRootElement(document);
	struct own own = { .xml = { .vm = vm, .failure = failure },
			   .devices = xml_child(domain, "devices") };

	if (!own.devices && vm->card_count)
		return xml_fail(&own.xml, -EINVAL, "its definition has no devices");
	if (!own.devices)
		return 0;
	find_ports(&own);
	remove_others(&own);
	if (vm->card_count)
		find_kind(&own, domain);
	for (uint32_t i = 0; i < vm->card_count && !own.xml.error; i++)
		give(&own, vm->card(vm, i));
	return own.xml.error;
}
