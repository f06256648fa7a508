/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin built with rocks-plugin.h of 0.1.0: its structures, as they were then. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct first_function {
	uint32_t size, domain;
	uint8_t bus, slot, function, reserved;
	uint32_t class_code;
	uint16_t vendor, device;
	uint64_t bar_bytes;
};

struct first_card {
	uint32_t size;
	const char *kind, *name, *host_name, *uuid;
	int32_t numa;
	uint32_t function_count;
	const struct first_function *(*function)(const struct first_card *card,
						 uint32_t index);
};

struct first_disk {
	uint32_t size;
	const char *type, *path, *device, *bus;
	uint32_t size_gb;
};

struct first_interface {
	uint32_t size;
	const char *device, *mac, *bridge;
	int32_t vlan;
	const char *network;
	uint32_t kind, reserved;
};

struct first_vm {
	uint32_t size, slice;
	const char *name, *uuid, *container, *virt_type, *cdrom;
	uint32_t memory_mib, cpus, disk_count, interface_count, card_count, reserved;
	const char *(*attribute)(const struct first_vm *vm, const char *name);
	const struct first_disk *(*disk)(const struct first_vm *vm, uint32_t index);
	const struct first_interface *(*interface)(const struct first_vm *vm,
						   uint32_t index);
	const struct first_card *(*card)(const struct first_vm *vm, uint32_t index);
	const char *(*card_at)(const struct first_vm *vm, uint32_t domain, uint8_t bus,
			       uint8_t slot, uint8_t function);
};

/* What tests/plugins/fake-document.h makes of it. */
struct _xmlDoc {
	char text[1024];
};

struct first_plugin {
	uint32_t abi, size;
	const char *name;
	uint32_t order, reserved;
	const void *document;
	int (*amend)(const struct first_vm *vm, struct _xmlDoc *document, void *failure);
	const void *hypervisor;
};

/* All that it can see: the test knows what is to be there. */
static int amend(const struct first_vm *vm, struct _xmlDoc *document, void *failure)
{
	const struct first_disk *disk = vm->disk(vm, vm->disk_count - 1);
	const struct first_interface *interface =
		vm->interface(vm, vm->interface_count - 1);
	const struct first_card *card = vm->card(vm, vm->card_count - 1);
	const struct first_function *function = card->function(card, 0);
	size_t length = strlen(document->text);

	(void)failure;
	snprintf(document->text + length, sizeof(document->text) - length,
		 " %u %s %s %u %u; %s; %s %u; %s %d; %s %u %u; %s", vm->slice, vm->uuid,
		 vm->container, vm->memory_mib, vm->cpus, vm->attribute(vm, "owner"),
		 disk->path, disk->size_gb, interface->mac, interface->vlan, card->name,
		 card->function_count, function->bus, vm->card_at(vm, 0, 2, 0, 0));
	return 0;
}

extern __attribute__((visibility("default"))) const struct first_plugin rocks_plugin;
const struct first_plugin rocks_plugin = {
	.abi = 1,
	.size = sizeof(struct first_plugin),
	.name = "first-header",
	.amend = amend,
};
