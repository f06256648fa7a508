/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin libvirt: what a VM is made of, from a domain's XML. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "plugins/libvirt/description.h"
#include "plugins/xml.h"

#define MOST_VLAN 4095

/* libvirt's words for units of memory, see virScaleInteger(); without one it is KiB. */
static const struct unit {
	const char *word;
	uint64_t bytes;
} units[] = {
	{ "b", 1 },
	{ "bytes", 1 },
	{ "KB", 1000 },
	{ "k", 1 << 10 },
	{ "KiB", 1 << 10 },
	{ "MB", 1000 * 1000 },
	{ "M", 1 << 20 },
	{ "MiB", 1 << 20 },
	{ "GB", 1000 * 1000 * 1000 },
	{ "G", 1 << 30 },
	{ "GiB", 1 << 30 },
	{ "TB", UINT64_C(1000) * 1000 * 1000 * 1000 },
	{ "T", UINT64_C(1) << 40 },
	{ "TiB", UINT64_C(1) << 40 },
};

/* A number of an element or attribute; 0 for what is not one. */
static uint64_t read_number(const char *text)
{
	unsigned long long number;
	char *end;

	if (!text)
		return 0;
	errno = 0;
	number = strtoull(text, &end, 10);
	end += strspn(end, " \t\n");
	return errno || *end || strchr(text, '-') ? 0 : number;
}

static uint64_t number_in(const xmlNode *root, const char *name)
{
	const xmlNode *node = xml_child(root, name);
	xmlChar *text = node ? xmlNodeGetContent(node) : NULL;
	uint64_t number = read_number((const char *)text);

	xmlFree(text);
	return number;
}

/* Rounded up; 0 if the XML does not say, or it is more than 2^64 bytes. */
static uint64_t read_memory(const xmlNode *root)
{
	const xmlNode *node = xml_child(root, "memory");
	const char *unit = node ? xml_get(node, "unit") : NULL;
	uint64_t number = number_in(root, "memory");

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strcasecmp(units[i].word, unit ? unit : "KiB") != 0)
			continue;
		return number > UINT64_MAX / units[i].bytes
			       ? 0
			       : (number * units[i].bytes >> 20) +
					 (number * units[i].bytes % (1 << 20) != 0);
	}
	return 0;
}

/* An attribute of a child, or NULL. */
static const char *get_in(const xmlNode *node, const char *child, const char *attribute)
{
	const xmlNode *found = xml_child(node, child);

	return found ? xml_get(found, attribute) : NULL;
}

static void read_disk(const xmlNode *node, struct rocks_described_disk *disk)
{
	const char *kind = xml_get(node, "device"), *type = xml_get(node, "type");

	*disk = (struct rocks_described_disk){
		.size = sizeof(*disk),
		.is_readonly = xml_child(node, "readonly") != NULL,
		.kind = kind ? kind : "disk",
		.type = type ? type : "file",
		.format = get_in(node, "driver", "type"),
		.device = get_in(node, "target", "dev"),
		.bus = get_in(node, "target", "bus"),
	};
	if (strcmp(disk->type, "file") == 0)
		disk->path = get_in(node, "source", "file");
	else if (strcmp(disk->type, "block") == 0)
		disk->path = get_in(node, "source", "dev");
}

/* The VLAN of an interface that is in one, and not a trunk. */
static int32_t read_vlan(const xmlNode *node)
{
	const xmlNode *vlan = xml_child(node, "vlan");
	const xmlNode *tag = vlan ? xml_child(vlan, "tag") : NULL;
	const char *trunk = vlan ? xml_get(vlan, "trunk") : NULL;
	uint64_t number = tag ? read_number(xml_get(tag, "id")) : 0;

	if (!number || number > MOST_VLAN || xmlNextElementSibling((xmlNode *)tag) ||
	    (trunk && strcmp(trunk, "yes") == 0))
		return -1;
	return (int32_t)number;
}

static void read_interface(const xmlNode *node,
			   struct rocks_described_interface *interface)
{
	const char *type = xml_get(node, "type");
	const char *port = get_in(node, "virtualport", "type");

	*interface = (struct rocks_described_interface){
		.size = sizeof(*interface),
		.kind = ROCKS_INTERFACE_OTHER,
		.mac = get_in(node, "mac", "address"),
		.vlan = read_vlan(node),
	};
	if (!type)
		return;
	if (strcmp(type, "bridge") == 0) {
		interface->kind = port && strcmp(port, "openvswitch") == 0
					  ? ROCKS_INTERFACE_OPENVSWITCH
					  : ROCKS_INTERFACE_BRIDGE;
		interface->source = get_in(node, "source", "bridge");
	} else if (strcmp(type, "direct") == 0) {
		interface->kind = ROCKS_INTERFACE_DIRECT;
		interface->source = get_in(node, "source", "dev");
	} else if (strcmp(type, "hostdev") == 0) {
		interface->kind = ROCKS_INTERFACE_HOSTDEV;
	}
}

/* Makes room for as many of each as there may be. */
static int make_room(struct description *description, size_t devices)
{
	description->disks = calloc(devices + 1, sizeof(*description->disks));
	description->interfaces = calloc(devices + 1, sizeof(*description->interfaces));
	description->disk_list = calloc(devices + 1, sizeof(*description->disk_list));
	description->interface_list =
		calloc(devices + 1, sizeof(*description->interface_list));
	return description->disks && description->interfaces && description->disk_list &&
			       description->interface_list
		       ? 0
		       : -ENOMEM;
}

static int read_devices(xmlNode *devices, struct description *description)
{
	int r = make_room(description, xmlChildElementCount(devices));

	for (xmlNode *node = xmlFirstElementChild(devices); node && r == 0;
	     node = xmlNextElementSibling(node)) {
		if (xmlStrEqual(node->name, BAD_CAST "disk"))
			read_disk(node, &description->disks[description->disk_count++]);
		else if (xmlStrEqual(node->name, BAD_CAST "interface"))
			read_interface(
				node,
				&description->interfaces[description->interface_count++]);
	}
	for (uint32_t i = 0; r == 0 && i < description->disk_count; i++)
		description->disk_list[i] = &description->disks[i];
	for (uint32_t i = 0; r == 0 && i < description->interface_count; i++)
		description->interface_list[i] = &description->interfaces[i];
	return r;
}

int description_read(const char *xml, struct description *description)
{
	xmlNode *root, *devices;
	uint64_t cpus;

	*description = (struct description){ 0 };
	description->document = xml_parse(xml);
	root = description->document ? xmlDocGetRootElement(description->document) : NULL;
	if (!root || !xmlStrEqual(root->name, BAD_CAST "domain"))
		return -EINVAL;
	description->memory_mib = read_memory(root);
	cpus = number_in(root, "vcpu");
	description->cpus = cpus > UINT32_MAX ? 0 : (uint32_t)cpus;
	devices = (xmlNode *)xml_child(root, "devices");
	return devices ? read_devices(devices, description) : 0;
}

void description_release(struct description *description)
{
	xmlFreeDoc(description->document);
	free(description->disks);
	free(description->interfaces);
	free(description->disk_list);
	free(description->interface_list);
	*description = (struct description){ 0 };
}
