/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin for the guest's addresses above 4 GiB, where cards with much memory go. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/passed.h"
#include "plugins/xml.h"

#define GIB (UINT64_C(1) << 30)

enum {
	/* QEMU's default pci-hole64-size, in GiB: hw/pci-host/q35.c and i440fx.c. */
	Q35_WINDOW = 32,
	PC_WINDOW = 2,
	MOST_WINDOW = 65536,
	/*
	 * UEFI does not believe a smaller width, see add_width(); x86-64 has no larger
	 * one.
	 */
	LEAST_BITS = 41,
	MOST_BITS = 52,
};

/* Rounds up to a power of two; 0 stays 0. */
static uint64_t round_up(uint64_t number)
{
	uint64_t power = number ? 1 : 0;

	while (power < number)
		power <<= 1;
	return power;
}

/*
 * What the cards take above 4 GiB. Memory windows behind a bridge go there if they are
 * 64-bit and prefetchable, in one range aligned to the largest, so each card takes a
 * power of two.
 */
static uint64_t bytes_of_cards(const struct rocks_vm *vm)
{
	uint64_t all = 0;

	for (uint32_t i = 0; i < vm->card_count; i++) {
		const struct rocks_card *card = vm->card(vm, i);
		uint64_t bytes = 0;

		for (uint32_t j = 0; j < card->function_count; j++) {
			const struct rocks_function *function = card->function(card, j);

			if (ROCKS_HAS(struct rocks_function, function, bar_bytes))
				bytes += function->bar_bytes;
		}
		all += round_up(bytes);
	}
	return all;
}

static uint64_t read_window(struct xml *xml, const char *value)
{
	size_t length = strlen(value);
	uint64_t gib = length <= 5 ? strtoull(value, NULL, 10) : MOST_WINDOW + 1;

	if (strspn(value, "0123456789") != length || gib > MOST_WINDOW)
		xml_fail(xml, -EINVAL,
			 "the attribute kvm_mmio_gib is '%s'; set it to a number of GiB "
			 "from 0 to %d",
			 value, MOST_WINDOW);
	return gib;
}

/*
 * The window's size in GiB, 0 for QEMU's default. It holds the cards and one GiB for
 * everything else, and is a power of two, since it is aligned to its size.
 */
static uint64_t choose_window(struct xml *xml, enum xml_machine machine)
{
	const char *value = xml_vm_attribute(xml->vm, "kvm_mmio_gib");
	uint64_t bytes = bytes_of_cards(xml->vm);
	uint64_t gib = bytes ? round_up((bytes - 1) / GIB + 2) : 0;

	if (value)
		return read_window(xml, value);
	if (gib > MOST_WINDOW)
		xml_fail(
			xml, -ERANGE,
			"its cards' memory windows take more than the %d GiB that a "
			"guest can have; set the attribute kvm_mmio_gib to what is right",
			MOST_WINDOW);
	return gib > (machine == XML_Q35 ? Q35_WINDOW : PC_WINDOW) ? gib : 0;
}

/*
 * The width of the CPU's physical addresses. UEFI makes the window an eighth of the
 * address space, and keeps 32 GiB if it does not believe the width, such as the 40 bits
 * that CPU models have by default (edk2, OvmfPkg/Library/PlatformInitLib/MemDetect.c:
 * PlatformAddressWidthFromCpuid, PlatformDynamicMmioWindow). QEMU refuses to start if
 * memory and window reach further (hw/i386/pc.c, «phys-bits too low»). So with KVM the
 * guest gets the host's width; without KVM, one that is enough for both.
 */
static void add_width(struct xml *xml, xmlNode *domain, uint64_t gib)
{
	const char *type = xml_get(domain, "type");
	xmlNode *cpu = xml_child_or_new(xml, domain, "cpu"), *width;
	uint64_t window = round_up(gib) * GIB;
	uint64_t memory = (uint64_t)xml->vm->memory_mib << 20;
	unsigned int bits = LEAST_BITS;

	if (xml_child(cpu, "maxphysaddr"))
		return;
	width = xml_add(xml, cpu, "maxphysaddr");
	if (type && strcmp(type, "kvm") == 0) {
		xml_put(xml, width, "mode", "passthrough");
		return;
	}
	while (bits < MOST_BITS && (UINT64_C(1) << bits < 8 * window ||
				    UINT64_C(1) << bits < 2 * (window + memory)))
		bits++;
	xml_put(xml, width, "mode", "emulate");
	xml_put(xml, width, "bits", "%u", bits);
}

static void add_window(struct xml *xml, xmlNode *root, uint64_t gib)
{
	char kib[32];

	snprintf(kib, sizeof(kib), "%llu", (unsigned long long)gib << 20);
	xml_put(xml, xml_add_text(xml, root, "pcihole64", kib, "the window"), "unit",
		"KiB");
}

/*
 * The first controller is the root of all PCI devices; the ACPI tables describe its
 * window.
 */
static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
		 struct rocks_failure *failure)
{
	struct xml xml = { .vm = vm, .failure = failure };
	xmlNode *domain = xmlDocGetRootElement(document);
	xmlNode *root = xml_child(xml_child(domain, "devices"), "controller");
	uint64_t gib = choose_window(&xml, xml_find_machine(&xml, domain));
	const char *type = root ? xml_get(root, "type") : NULL;

	if (xml.error || !gib || !type || strcmp(type, "pci") != 0)
		return xml.error;
	add_window(&xml, root, gib);
	add_width(&xml, domain, gib);
	return xml.error;
}

static int is_passed(void *data, const struct passed_function *passed)
{
	return passed_is(passed, data);
}

/* Whether a definition passes all functions of the VM's cards. */
static bool has_all_cards(const struct rocks_vm *vm, const xmlNode *devices)
{
	for (uint32_t i = 0; i < vm->card_count; i++) {
		const struct rocks_card *card = vm->card(vm, i);

		for (uint32_t j = 0; j < card->function_count; j++) {
			xmlNode *node = xmlFirstElementChild((xmlNode *)devices);

			while (node && !passed_functions(node, is_passed,
							 (void *)card->function(card, j)))
				node = xmlNextElementSibling(node);
			if (!node)
				return false;
		}
	}
	return true;
}

/* The same of libvirt's own definition, before rocks gave it a card. */
static bool had_all_cards(const struct rocks_vm *vm)
{
	xmlDoc *document = xml_parse(vm->definition);
	const xmlNode *domain = document ? xmlDocGetRootElement(document) : NULL;
	bool had = has_all_cards(vm, xml_child(domain, "devices"));

	xmlFreeDoc(document);
	return had;
}

/* The root of all PCI devices of libvirt's own definition, or NULL. */
static xmlNode *find_root(const xmlNode *domain, enum xml_machine *ret_machine)
{
	const xmlNode *devices = xml_child(domain, "devices");
	xmlNode *node = devices ? xmlFirstElementChild((xmlNode *)devices) : NULL;

	for (; node; node = xmlNextElementSibling(node)) {
		const char *model = xml_get(node, "model");

		if (!xmlStrEqual(node->name, BAD_CAST "controller") || !model)
			continue;
		*ret_machine = strcmp(model, "pcie-root") == 0 ? XML_Q35 : XML_PC;
		if (*ret_machine == XML_Q35 || strcmp(model, "pci-root") == 0)
			return node;
	}
	return NULL;
}

/*
 * In libvirt's own definition a window or a width that is there stays, and a VM whose
 * cards were there before rocks was has what they need. Without a mode the CPU is one for
 * which libvirt takes no width; host-passthrough has the host's.
 */
static int amend_own(const struct rocks_vm *vm, struct _xmlDoc *document,
		     struct rocks_failure *failure)
{
	struct xml xml = { .vm = vm, .failure = failure };
	xmlNode *domain = xmlDocGetRootElement(document);
	xmlNode *cpu = xml_child(domain, "cpu"), *root;
	const char *mode = cpu ? xml_get(cpu, "mode") : NULL;
	enum xml_machine machine = XML_Q35;
	uint64_t gib;

	root = find_root(domain, &machine);
	if (!root || !vm->card_count || xml_child(root, "pcihole64") || had_all_cards(vm))
		return 0;
	gib = choose_window(&xml, machine);
	if (xml.error || !gib)
		return xml.error;
	add_window(&xml, root, gib);
	if (mode && strcmp(mode, "host-passthrough") != 0)
		add_width(&xml, domain, gib);
	return xml.error;
}

ROCKS_PLUGIN(.name = "window", .order = 230, .amend = amend, .amend_own = amend_own);
