/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices of its host that a domain's XML passes to the guest. */
#include <stdio.h>
#include <stdlib.h>

#include "plugins/passed.h"
#include "plugins/xml.h"

#define MOST_DOMAIN 0xffffffff
#define MOST_BUS 0xff
#define MOST_SLOT 0x1f
#define MOST_FUNCTION 7

static bool is_named(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && xmlStrEqual(node->name, BAD_CAST name);
}

static bool has_type(const xmlNode *node, const char *type)
{
	return xmlStrEqual(BAD_CAST xml_get(node, "type"), BAD_CAST type);
}

bool passed_is(const struct passed_function *passed,
	       const struct rocks_function *function)
{
	return function->domain == passed->domain && function->bus == passed->bus &&
	       function->slot == passed->slot && function->function == passed->function;
}

const char *passed_text(const struct passed_function *function,
			char text[PASSED_TEXT_SIZE])
{
	snprintf(text, PASSED_TEXT_SIZE, "%04x:%02x:%02x.%x", function->domain,
		 function->bus, function->slot, function->function);
	return text;
}

/* An interface may also be passed as a USB device; its address says so. */
static const char *interface_kind(const xmlNode *interface)
{
	const xmlNode *source = xml_child(interface, "source");
	const xmlNode *address = source ? xml_child(source, "address") : NULL;
	const char *type = address ? xml_get(address, "type") : NULL;

	if (has_type(interface, "vdpa"))
		return "vdpa";
	if (!has_type(interface, "hostdev"))
		return NULL;
	return type ? type : "pci";
}

/* Whether a <source> names PCI functions of the host, which depends on its parent. */
static bool is_of_host(const xmlNode *source)
{
	const xmlNode *parent = source->parent;
	const char *kind;

	if (is_named(parent, "hostdev"))
		return has_type(parent, "pci");
	if (is_named(parent, "interface")) {
		kind = interface_kind(parent);
		return xmlStrEqual(BAD_CAST kind, BAD_CAST "pci");
	}
	return has_type(parent, "nvme");
}

int passed_sources(xmlNode *device, int (*each)(void *data, xmlNode *source), void *data)
{
	int r = 0;

	for (xmlNode *node = xmlFirstElementChild(device); node && r == 0;
	     node = xmlNextElementSibling(node)) {
		if (is_named(node, "source") && is_of_host(node))
			r = each(data, node);
		if (r == 0)
			r = passed_sources(node, each, data);
	}
	return r;
}

static int stop_at_source(void *data, xmlNode *source)
{
	(void)data;
	(void)source;
	return 1;
}

const char *passed_kind(const xmlNode *device)
{
	const char *type;

	if (is_named(device, "hostdev")) {
		type = xml_get(device, "type");
		return type ? type : "hostdev";
	}
	if (is_named(device, "interface"))
		return interface_kind(device);
	return passed_sources((xmlNode *)device, stop_at_source, NULL) ? "pci" : NULL;
}

/* A number as libvirt reads it; 0 when it is absent. */
static bool read_part(const xmlNode *address, const char *name, unsigned long most,
		      unsigned int *ret_number)
{
	const char *text = xml_get(address, name);
	unsigned long number = text ? strtoul(text, NULL, 0) : 0;

	*ret_number = (unsigned int)number;
	return number <= most;
}

static bool read_function(const xmlNode *address, struct passed_function *ret_function)
{
	return read_part(address, "domain", MOST_DOMAIN, &ret_function->domain) &&
	       read_part(address, "bus", MOST_BUS, &ret_function->bus) &&
	       read_part(address, "slot", MOST_SLOT, &ret_function->slot) &&
	       read_part(address, "function", MOST_FUNCTION, &ret_function->function);
}

struct walk {
	int (*each)(void *data, const struct passed_function *function);
	void *data;
};

static int read_source(void *data, xmlNode *source)
{
	const struct walk *walk = data;
	struct passed_function function;
	int r = 0;

	for (const xmlNode *node = xmlFirstElementChild(source); node && r == 0;
	     node = xmlNextElementSibling((xmlNode *)node))
		if (is_named(node, "address") && read_function(node, &function))
			r = walk->each(walk->data, &function);
	return r;
}

int passed_functions(xmlNode *device,
		     int (*each)(void *data, const struct passed_function *function),
		     void *data)
{
	struct walk walk = { each, data };

	return passed_sources(device, read_source, &walk);
}
