/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A made-up VM for tests of plugins: the walk-through's, and what may be added to it. */
#ifndef TESTS_UNIT_MADE_UP_VM_H
#define TESTS_UNIT_MADE_UP_VM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/secure-path.h"
#include "src/vm/plugins.h"

struct card {
	struct rocks_card card;
	struct rocks_function functions[10];
};

/* A VM, with room for whatever a test adds to it. */
struct facts {
	struct rocks_vm vm;
	const char *attributes[12][2];
	struct rocks_disk disks[40];
	struct rocks_interface interfaces[10];
	struct card cards[40];
	char card_names[40][20];
};

/* How often a plugin asked for the value of an attribute. */
static unsigned int attributes_asked;

static inline const char *get_attribute(const struct rocks_vm *vm, const char *name)
{
	const struct facts *facts = (const struct facts *)vm;

	attributes_asked++;
	for (uint32_t i = 0; i < vm->attribute_count; i++)
		if (strcmp(facts->attributes[i][0], name) == 0)
			return facts->attributes[i][1];
	return NULL;
}

static inline const char *get_attribute_name(const struct rocks_vm *vm, uint32_t index)
{
	return ((const struct facts *)vm)->attributes[index][0];
}

static inline const struct rocks_disk *get_disk(const struct rocks_vm *vm, uint32_t index)
{
	return &((const struct facts *)vm)->disks[index];
}

static inline const struct rocks_interface *get_interface(const struct rocks_vm *vm,
							  uint32_t index)
{
	return &((const struct facts *)vm)->interfaces[index];
}

static inline const struct rocks_card *get_card(const struct rocks_vm *vm, uint32_t index)
{
	return &((const struct facts *)vm)->cards[index].card;
}

static inline const struct rocks_function *get_function(const struct rocks_card *card,
							uint32_t index)
{
	return &((const struct card *)card)->functions[index];
}

/* Its container has gpupci1 at 0000:02:00, and nothing else. */
static inline const char *get_card_at(const struct rocks_vm *vm, uint32_t domain,
				      uint8_t bus, uint8_t slot, uint8_t function)
{
	(void)vm;
	(void)function;
	return domain == 0 && bus == 2 && slot == 0 ? "gpupci1" : NULL;
}

/* Keeps the order of names; no value, no attribute. */
static inline void set(struct facts *facts, const char *name, const char *value)
{
	uint32_t at = facts->vm.attribute_count;

	if (!value)
		return;
	if (at == ARRAY_SIZE(facts->attributes))
		fail_msg("no room for the attribute %s", name);
	for (; at > 0 && strcmp(facts->attributes[at - 1][0], name) > 0; at--)
		memcpy(facts->attributes[at], facts->attributes[at - 1],
		       sizeof(facts->attributes[at]));
	facts->attributes[at][0] = name;
	facts->attributes[at][1] = value;
	facts->vm.attribute_count++;
}

static inline void add_disk(struct facts *facts, const char *type, const char *path,
			    const char *device, const char *bus)
{
	facts->disks[facts->vm.disk_count++] = (struct rocks_disk){
		.size = sizeof(struct rocks_disk),
		.type = type,
		.path = path,
		.device = device,
		.bus = bus,
		.size_gb = 36,
	};
}

static inline void add_interface(struct facts *facts, const char *device, const char *mac,
				 const char *bridge)
{
	facts->interfaces[facts->vm.interface_count++] = (struct rocks_interface){
		.size = sizeof(struct rocks_interface),
		.device = device,
		.mac = mac,
		.bridge = bridge,
		.vlan = -1,
		.network = "private",
	};
}

/* A card without functions yet. */
static inline struct card *add_card(struct facts *facts, const char *name)
{
	struct card *card = &facts->cards[facts->vm.card_count++];

	card->card = (struct rocks_card){
		.size = sizeof(struct rocks_card),
		.kind = "pci",
		.name = name,
		.host_name = "gpupci1",
		.numa = -1,
		.function = get_function,
	};
	return card;
}

static inline void add_function(struct card *card, uint32_t domain, uint8_t bus,
				uint8_t slot, uint8_t function)
{
	card->functions[card->card.function_count++] = (struct rocks_function){
		.size = sizeof(struct rocks_function),
		.domain = domain,
		.bus = bus,
		.slot = slot,
		.function = function,
	};
}

/* The walk-through's VM, before it has a card. */
static inline void make_facts(struct facts *facts)
{
	*facts = (struct facts){
		.vm = {
			.size = sizeof(struct rocks_vm),
			.name = "rocks-33",
			.domain = "rocks-33",
			.uuid = "5f1c2d7e-9a44-4c0b-8f65-0d2b7c6a1e33",
			.container = "vm-container-0-15",
			.virt_type = "hvm",
			.slice = 33,
			.memory_mib = 2048,
			.cpus = 2,
			.attribute = get_attribute,
			.disk = get_disk,
			.interface = get_interface,
			.card = get_card,
			.card_at = get_card_at,
			.attribute_name = get_attribute_name,
		},
	};
	add_disk(facts, "file", "/state/partition1/kvm/disks/rocks-33.vda", "vda",
		 "virtio");
	add_interface(facts, "eth0", "52:54:00:00:00:21", "br0");
}

/* The walk-through's card, video and sound. */
static inline void add_gpupci(struct facts *facts)
{
	struct card *card = add_card(facts, "gpupci");

	add_function(card, 0, 2, 0, 1);
	add_function(card, 0, 2, 0, 0);
}

/* One in another domain, with functions 0, 1 and 3. */
static inline void add_gpupci2(struct facts *facts)
{
	struct card *card = add_card(facts, "gpupci2");

	add_function(card, 0x10, 0xc3, 0x1f, 0);
	add_function(card, 0x10, 0xc3, 0x1f, 1);
	add_function(card, 0x10, 0xc3, 0x1f, 3);
}

static inline void on_pc(struct facts *facts)
{
	set(facts, "kvm_machine", "pc");
}

/* Loads the plugins as built; for a group's set-up and tear-down. */
static struct plugins *plugins;

static inline int load_plugins(void **state)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	_cleanup_free_ char *program = NULL, *folder = NULL;

	(void)state;
	if (secure_path_program_folder(&program) < 0 ||
	    asprintf(&folder, "%s/../plugins", program) < 0 ||
	    setenv("ROCKS_PLUGINS", folder, 1) < 0)
		return -1;
	if (plugins_load(&plugins, PLUGINS_XML, &complaint) < 0) {
		print_error("%s\n", strbuf_text(&complaint));
		return -1;
	}
	return 0;
}

static inline int free_plugins(void **state)
{
	(void)state;
	plugins_free(plugins);
	return 0;
}

#endif
