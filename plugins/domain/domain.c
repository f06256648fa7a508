/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin that makes a VM's document: the whole domain except its cards. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/xmlsave.h>

#include "plugins/domain/domain.h"

enum {
	/* Guest slots on bus 0, see plugins/xml.h. */
	Q35_VIDEO = 0x01,
	Q35_BALLOON = 0x1b,
	Q35_SCSI = 0x1c,
	Q35_USB = 0x1d,
	Q35_SATA = 0x1f,
	PC_IDE = 0x01,
	PC_VIDEO = 0x02,
	PC_BALLOON = 0x17,
	PC_SCSI = 0x03,
	PC_SATA = 0x04,
	PC_INTERFACE = 0x05,
	PC_INTERFACES = 8,
	PC_DISK = 0x0d,
	PC_DISKS = 32,
};

#define ETHERNET_LENGTH 17 /* characters of 52:54:00:00:00:01 */

/* Buses whose disks are not PCI devices: a controller carries them. */
struct drives {
	unsigned int ide, sata, scsi; /* disks so far */
	unsigned int virtio;
};

struct building {
	struct xml xml;
	enum xml_machine machine;
	xmlNode *domain;
	xmlNode *devices;
	unsigned int ports; /* q35: root ports so far */
	struct drives drives;
};

/* The words that name a part of something in messages. */
struct what {
	char text[320]; /* for a name of 255 bytes */
};

static struct what what(const char *part, const char *name)
{
	struct what words;

	snprintf(words.text, sizeof(words.text), "%s %s", part, name ? name : "");
	return words;
}

/* Puts a device on the next root port; on pc, in the slot and function given. */
static void place(struct building *b, xmlNode *device, unsigned int pc_slot,
		  unsigned int pc_function, bool multifunction)
{
	if (b->machine == XML_Q35)
		xml_add_address(&b->xml, device, b->ports, 0, 0, false);
	else
		xml_add_address(&b->xml, device, 0, pc_slot, pc_function, multifunction);
}

/* Adds the next root port, for the device that follows it. */
static void add_next_port(struct building *b)
{
	if (b->machine == XML_Q35)
		xml_add_port(&b->xml, b->devices, ++b->ports);
}

static void choose_machine(struct building *b, const char *machine)
{
	if (xml_machine_parse(machine, &b->machine) < 0)
		xml_fail(
			&b->xml, -EINVAL,
			"the attribute kvm_machine is '%s'; set it to q35, pc, or a full "
			"name that starts with pc-q35- or pc-i440fx-",
			machine);
}

static void add_head(struct building *b)
{
	const struct rocks_vm *vm = b->xml.vm;
	const char *type = xml_vm_attribute(vm, "kvm_domain_type");

	if (type && strcmp(type, "kvm") != 0 && strcmp(type, "qemu") != 0)
		xml_fail(&b->xml, -EINVAL,
			 "the attribute kvm_domain_type is '%s'; set it to kvm or qemu",
			 type);
	if (vm->virt_type && *vm->virt_type && strcmp(vm->virt_type, "hvm") != 0)
		xml_fail(&b->xml, -EINVAL,
			 "the virt-type is '%s'; set it with rocks set host vm %s "
			 "virt-type=hvm",
			 vm->virt_type, vm->name);
	xml_put(&b->xml, b->domain, "type", "%s", type ? type : "kvm");
	xml_add_text(&b->xml, b->domain, "name", vm->domain, "the name of the domain");
	xml_add_text(&b->xml, b->domain, "uuid", vm->uuid, "the UUID");
}

/* An element that holds a number and nothing else. */
static xmlNode *add_number(struct building *b, const char *name, unsigned int number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	return xml_add_text(&b->xml, b->domain, name, text, name);
}

static void add_resources(struct building *b)
{
	const struct rocks_vm *vm = b->xml.vm;
	xmlNode *node;

	node = add_number(b, "memory", vm->memory_mib);
	xml_put(&b->xml, node, "unit", "MiB");
	node = add_number(b, "currentMemory", vm->memory_mib);
	xml_put(&b->xml, node, "unit", "MiB");
	add_number(b, "vcpu", vm->cpus);
	domain_add_pinning(&b->xml, b->domain);
}

static bool has_cdrom(const struct rocks_vm *vm)
{
	return vm->cdrom && *vm->cdrom;
}

static void add_boot(struct building *b, xmlNode *os, const char *device)
{
	xml_put(&b->xml, xml_add(&b->xml, os, "boot"), "dev", "%s", device);
}

/*
 * If there is a CD-ROM, the VM starts from it; an empty disk falls through to the
 * network.
 */
static void add_os(struct building *b)
{
	static const char *const firsts[] = { "disk", "network", NULL };
	const char *machine = xml_vm_attribute(b->xml.vm, "kvm_machine");
	bool network_first = xml_vm_choice(&b->xml, "kvm_boot", firsts);
	xmlNode *os = xml_add(&b->xml, b->domain, "os");
	xmlNode *type = xml_add_text(&b->xml, os, "type", "hvm", "the type");

	if (!machine)
		machine = "q35";
	choose_machine(b, machine);
	xml_put(&b->xml, type, "arch", "x86_64");
	xml_set(&b->xml, type, "machine", machine, "the attribute kvm_machine");
	if (has_cdrom(b->xml.vm))
		add_boot(b, os, "cdrom");
	add_boot(b, os, network_first ? "network" : "hd");
	add_boot(b, os, network_first ? "hd" : "network");
}

static void add_behaviour(struct building *b)
{
	const char *features = xml_vm_attribute(b->xml.vm, "HVM_Features");
	xmlNode *node = xml_add(&b->xml, b->domain, "features");

	if (features) {
		xml_add_raw(&b->xml, node, features, "HVM_Features");
	} else {
		xml_add(&b->xml, node, "acpi");
		xml_add(&b->xml, node, "apic");
		xml_add(&b->xml, node, "pae");
	}
	node = xml_add(&b->xml, b->domain, "clock");
	xml_put(&b->xml, node, "offset", "utc");
	xml_add_text(&b->xml, b->domain, "on_poweroff", "destroy", "on_poweroff");
	xml_add_text(&b->xml, b->domain, "on_reboot", "restart", "on_reboot");
	xml_add_text(&b->xml, b->domain, "on_crash", "restart", "on_crash");
}

static xmlNode *add_controller(struct building *b, const char *type, const char *model,
			       unsigned int slot, unsigned int function)
{
	xmlNode *node = xml_add(&b->xml, b->devices, "controller");

	xml_put(&b->xml, node, "type", "%s", type);
	xml_put(&b->xml, node, "index", "0");
	if (model)
		xml_put(&b->xml, node, "model", "%s", model);
	if (slot)
		xml_add_address(&b->xml, node, 0, slot, function, false);
	return node;
}

static bool has_disk_on(const struct rocks_vm *vm, const char *bus)
{
	for (uint32_t i = 0; i < vm->disk_count; i++) {
		const char *other = vm->disk(vm, i)->bus;

		if (other && strcmp(other, bus) == 0)
			return true;
	}
	return false;
}

static void add_controllers(struct building *b)
{
	const struct rocks_vm *vm = b->xml.vm;

	if (b->machine == XML_Q35) {
		add_controller(b, "pci", "pcie-root", 0, 0);
		add_controller(b, "sata", NULL, Q35_SATA, 2);
		add_controller(b, "usb", "qemu-xhci", Q35_USB, 0);
	} else {
		add_controller(b, "pci", "pci-root", 0, 0);
		add_controller(b, "ide", NULL, PC_IDE, 1);
		add_controller(b, "usb", "piix3-uhci", PC_IDE, 2);
		if (has_disk_on(vm, "sata"))
			add_controller(b, "sata", NULL, PC_SATA, 0);
	}
	if (has_disk_on(vm, "scsi"))
		add_controller(b, "scsi", "virtio-scsi",
			       b->machine == XML_Q35 ? Q35_SCSI : PC_SCSI, 0);
}

/* A device of the container: its kind says how a guest's interface connects to it. */
static void add_carrier(struct building *b, xmlNode *node,
			const struct rocks_interface *interface)
{
	uint32_t kind = ROCKS_HAS(struct rocks_interface, interface, kind)
				? interface->kind
				: ROCKS_INTERFACE_BRIDGE;
	bool is_direct = kind == ROCKS_INTERFACE_DIRECT;
	xmlNode *source = xml_add(&b->xml, node, "source");

	xml_put(&b->xml, node, "type", is_direct ? "direct" : "bridge");
	xml_set(&b->xml, source, is_direct ? "dev" : "bridge", interface->bridge,
		what("the container's bridge for interface", interface->device).text);
	if (is_direct)
		xml_put(&b->xml, source, "mode", "bridge");
	if (kind != ROCKS_INTERFACE_OPENVSWITCH)
		return;
	if (interface->vlan >= 0) {
		xmlNode *vlan = xml_add(&b->xml, node, "vlan");

		xml_put(&b->xml, xml_add(&b->xml, vlan, "tag"), "id", "%d",
			(int)interface->vlan);
	}
	xml_put(&b->xml, xml_add(&b->xml, node, "virtualport"), "type", "openvswitch");
}

static void add_interface(struct building *b, const struct rocks_interface *interface,
			  unsigned int index)
{
	xmlNode *node;

	if (b->machine == XML_PC && index >= PC_INTERFACES)
		xml_fail(&b->xml, -ENOSPC,
			 "a pc machine holds %d interfaces; take some away or set the "
			 "attribute kvm_machine to q35",
			 PC_INTERFACES);
	if (interface->mac && strlen(interface->mac) > ETHERNET_LENGTH)
		xml_fail(&b->xml, -EINVAL,
			 "the MAC address of interface %s is '%s', and a VM's has six "
			 "bytes; set it with rocks set host interface mac %s %s MAC",
			 interface->device, interface->mac, b->xml.vm->name,
			 interface->device);
	add_next_port(b);
	node = xml_add(&b->xml, b->devices, "interface");
	xml_set(&b->xml, xml_add(&b->xml, node, "mac"), "address", interface->mac,
		what("the MAC address of interface", interface->device).text);
	add_carrier(b, node, interface);
	xml_put(&b->xml, xml_add(&b->xml, node, "model"), "type", "virtio");
	place(b, node, PC_INTERFACE + index, 0, false);
}

static void add_drive_address(struct building *b, xmlNode *disk, unsigned int bus,
			      unsigned int unit)
{
	xmlNode *address = xml_add(&b->xml, disk, "address");

	xml_put(&b->xml, address, "type", "drive");
	xml_put(&b->xml, address, "controller", "0");
	xml_put(&b->xml, address, "bus", "%u", bus);
	xml_put(&b->xml, address, "target", "0");
	xml_put(&b->xml, address, "unit", "%u", unit);
}

/* A disk or CD-ROM as it is stored on the container. */
static xmlNode *add_medium(struct building *b, const char *device, const char *format,
			   const char *path, bool is_block, const char *name)
{
	xmlNode *node = xml_add(&b->xml, b->devices, "disk");
	xmlNode *driver = xml_add(&b->xml, node, "driver");
	xmlNode *source = xml_add(&b->xml, node, "source");

	xml_put(&b->xml, node, "type", is_block ? "block" : "file");
	xml_put(&b->xml, node, "device", "%s", device);
	xml_put(&b->xml, driver, "name", "qemu");
	xml_put(&b->xml, driver, "type", "%s", format);
	xml_set(&b->xml, source, is_block ? "dev" : "file", path,
		what("the path of disk", name).text);
	return node;
}

/* Puts a disk on a bus of this machine: returns the bus's name in the XML. */
static const char *choose_bus(struct building *b, const struct rocks_disk *disk)
{
	static const char *const known[] = { "virtio", "scsi", "sata", "ide" };
	const char *bus = disk->bus ? disk->bus : "";

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(bus, known[i]) == 0)
			/* A q35 has no IDE; its SATA takes the same disks. */
			return b->machine == XML_Q35 && i == 3 ? "sata" : known[i];
	xml_fail(&b->xml, -EINVAL,
		 "the disk %s is on the bus '%s'; put it on virtio, scsi, sata or ide",
		 disk->device, bus);
	return NULL;
}

/* The last place of IDE and SATA is reserved for the CD-ROM. */
static void place_drive(struct building *b, xmlNode *node, const char *bus)
{
	unsigned int *count = strcmp(bus, "ide") == 0	 ? &b->drives.ide
			      : strcmp(bus, "sata") == 0 ? &b->drives.sata
							 : &b->drives.scsi;
	unsigned int most = count == &b->drives.ide    ? 3
			    : count == &b->drives.sata ? 5
						       : 64;

	if (*count >= most)
		xml_fail(&b->xml, -ENOSPC,
			 "the bus %s holds %u disks besides the CD-ROM; put the others "
			 "on virtio",
			 bus, most);
	if (count == &b->drives.ide)
		add_drive_address(b, node, *count / 2, *count % 2);
	else
		add_drive_address(b, node, 0, *count);
	++*count;
}

static void place_virtio(struct building *b, xmlNode *node)
{
	unsigned int index = b->drives.virtio++;

	if (b->machine == XML_PC && index >= PC_DISKS)
		xml_fail(&b->xml, -ENOSPC,
			 "a pc machine holds %d virtio disks; put the others on scsi or "
			 "set the attribute kvm_machine to q35",
			 PC_DISKS);
	place(b, node, PC_DISK + index / 8, index % 8, index % 8 == 0);
}

/* Fails for what libvirt would refuse when it defines the VM. */
static void check_disk(struct building *b, const struct rocks_disk *disk)
{
	const char *how = "rocks set host vm";

	if (disk->device && *disk->device && !xml_is_disk_name(disk->device))
		xml_fail(&b->xml, -EINVAL,
			 "the disk %s has a name that is not vda, sda, hda, xvda or the "
			 "like; give it one with %s %s disk=…",
			 disk->device, how, b->xml.vm->name);
	if (disk->path && *disk->path && *disk->path != '/')
		xml_fail(&b->xml, -EINVAL,
			 "the path of disk %s is '%s', which does not start with /; set "
			 "it with %s %s disk=…",
			 disk->device, disk->path, how, b->xml.vm->name);
}

static void add_disk(struct building *b, const struct rocks_disk *disk)
{
	const char *bus = choose_bus(b, disk);
	const char *type = disk->type ? disk->type : "";
	bool is_block = strcmp(type, "phy") == 0;
	bool is_raw = is_block || strcmp(type, "file") == 0;
	xmlNode *node, *target;

	if (!is_raw && strcmp(type, "qcow2") != 0 && strcmp(type, "qed") != 0)
		xml_fail(&b->xml, -EINVAL,
			 "the disk %s has the type '%s'; make it file, qcow2, qed or phy",
			 disk->device, type);
	check_disk(b, disk);
	if (b->xml.error)
		return;
	if (strcmp(bus, "virtio") == 0)
		add_next_port(b);
	node = add_medium(b, "disk", is_raw ? "raw" : type, disk->path, is_block,
			  disk->device);
	target = xml_add(&b->xml, node, "target");
	xml_set(&b->xml, target, "dev", disk->device, "the device name of a disk");
	xml_put(&b->xml, target, "bus", "%s", bus);
	if (strcmp(bus, "virtio") == 0)
		place_virtio(b, node);
	else
		place_drive(b, node, bus);
}

/* A free device name, hdc or sdc if possible. */
static bool choose_cdrom_name(const struct rocks_vm *vm, char name[4])
{
	for (const char *letter = "cdefghijklmnopqrstuvwxyzab"; *letter; letter++) {
		bool taken = false;

		name[2] = *letter;
		for (uint32_t i = 0; i < vm->disk_count && !taken; i++) {
			const char *device = vm->disk(vm, i)->device;

			taken = device && strcmp(device, name) == 0;
		}
		if (!taken)
			return true;
	}
	return false;
}

static void add_cdrom(struct building *b)
{
	const char *path = b->xml.vm->cdrom;
	bool is_ide = b->machine == XML_PC;
	char name[4] = { is_ide ? 'h' : 's', 'd' };
	xmlNode *node, *target;

	if (!has_cdrom(b->xml.vm))
		return;
	if (!choose_cdrom_name(b->xml.vm, name))
		xml_fail(&b->xml, -ENOSPC,
			 "no device name is left for the CD-ROM; take "
			 "a disk away");
	node = add_medium(b, "cdrom", "raw", path, strncmp(path, "/dev/", 5) == 0, name);
	target = xml_add(&b->xml, node, "target");
	xml_put(&b->xml, target, "dev", "%s", name);
	xml_put(&b->xml, target, "bus", is_ide ? "ide" : "sata");
	xml_add(&b->xml, node, "readonly");
	add_drive_address(b, node, is_ide ? 1 : 0, is_ide ? 1 : 5);
}

static void add_console(struct building *b)
{
	xmlNode *node = xml_add(&b->xml, b->devices, "serial");

	xml_put(&b->xml, node, "type", "pty");
	xml_put(&b->xml, xml_add(&b->xml, node, "target"), "port", "0");
	node = xml_add(&b->xml, b->devices, "console");
	xml_put(&b->xml, node, "type", "pty");
	node = xml_add(&b->xml, node, "target");
	xml_put(&b->xml, node, "type", "serial");
	xml_put(&b->xml, node, "port", "0");
}

static void add_screen(struct building *b)
{
	bool is_q35 = b->machine == XML_Q35;
	xmlNode *node = xml_add(&b->xml, b->devices, "graphics");

	xml_put(&b->xml, node, "type", "vnc");
	xml_put(&b->xml, node, "port", "-1");
	xml_put(&b->xml, node, "autoport", "yes");
	xml_put(&b->xml, node, "listen", "127.0.0.1");
	node = xml_add(&b->xml, b->devices, "video");
	xml_put(&b->xml, xml_add(&b->xml, node, "model"), "type", "vga");
	xml_add_address(&b->xml, node, 0, is_q35 ? Q35_VIDEO : PC_VIDEO, 0, false);
	node = xml_add(&b->xml, b->devices, "memballoon");
	xml_put(&b->xml, node, "model", "virtio");
	xml_add_address(&b->xml, node, 0, is_q35 ? Q35_BALLOON : PC_BALLOON, 0, false);
}

static bool has_pci_address(const xmlNode *device)
{
	const xmlNode *address = xml_child(device, "address");
	const char *type = address ? xml_get(address, "type") : NULL;

	return type && strcmp(type, "pci") == 0;
}

/* On q35 each raw device gets an empty port, on which libvirt puts it. */
static int add_ports(void *data, const char *attribute, xmlNode *first)
{
	struct building *b = data;

	(void)attribute;
	if (b->machine != XML_Q35)
		return 0;
	for (xmlNode *node = first; node && !b->xml.error;
	     node = xmlNextElementSibling(node)) {
		if (has_pci_address(node))
			continue;
		add_next_port(b);
		if (!b->xml.error)
			xmlAddPrevSibling(node, b->devices->last);
	}
	return b->xml.error;
}

static void add_devices(struct building *b)
{
	const struct rocks_vm *vm = b->xml.vm;

	b->devices = xml_add(&b->xml, b->domain, "devices");
	add_controllers(b);
	for (uint32_t i = 0; i < vm->interface_count && !b->xml.error; i++)
		add_interface(b, vm->interface(vm, i), i);
	for (uint32_t i = 0; i < vm->disk_count && !b->xml.error; i++)
		add_disk(b, vm->disk(vm, i));
	add_cdrom(b);
	add_console(b);
	add_screen(b);
	domain_add_raw(&b->xml, b->devices, add_ports, b);
}

static int open_document(const struct rocks_vm *vm, struct _xmlDoc **ret_document,
			 struct rocks_failure *failure)
{
	struct building b = { .xml = { .vm = vm, .failure = failure } };
	xmlDoc *document = xmlNewDoc(BAD_CAST "1.0");

	b.domain =
		document ? xmlNewDocNode(document, NULL, BAD_CAST "domain", NULL) : NULL;
	if (!b.domain || !b.domain->name) {
		xmlFreeNode(b.domain);
		xmlFreeDoc(document);
		return xml_fail(&b.xml, -ENOMEM, "there is no memory left; try again");
	}
	xmlDocSetRootElement(document, b.domain);
	add_head(&b);
	add_resources(&b);
	add_os(&b);
	add_behaviour(&b);
	add_devices(&b);
	if (b.xml.error) {
		xmlFreeDoc(document);
		return b.xml.error;
	}
	*ret_document = document;
	return 0;
}

static int write_document(struct _xmlDoc *document, char **ret_text, size_t *ret_length,
			  struct rocks_failure *failure)
{
	xmlBuffer *buffer = xmlBufferCreate();
	xmlSaveCtxt *save = NULL;
	long written = -1;
	int r = -ENOMEM;

	if (buffer)
		save = xmlSaveToBuffer(buffer, "UTF-8",
				       XML_SAVE_FORMAT | XML_SAVE_NO_DECL);
	if (save) {
		written = xmlSaveDoc(save, document);
		if (xmlSaveClose(save) < 0)
			written = -1;
	}
	if (written >= 0 && xmlBufferLength(buffer) > 0) {
		*ret_length = (size_t)xmlBufferLength(buffer);
		*ret_text = (char *)xmlBufferDetach(buffer);
		r = *ret_text ? 0 : -ENOMEM;
	}
	xmlBufferFree(buffer);
	if (r < 0)
		failure->explain(failure, "there is no memory left; try again");
	return r;
}

static void free_text(char *text)
{
	xmlFree(text);
}

static const struct rocks_document document_operations = {
	.size = sizeof(document_operations),
	.open = open_document,
	.write = write_document,
	.free_text = free_text,
	.close = xmlFreeDoc,
	.host_devices = domain_host_devices,
	.files = domain_files,
	.open_own = domain_open_own,
};

ROCKS_PLUGIN(.name = "domain", .document = &document_operations);
