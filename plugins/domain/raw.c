/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Raw devices (kvm_device_N): their addresses on each container, and which there are. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/domain/domain.h"
#include "plugins/passed.h"

/* kvm_device_0 to kvm_device_999 */
#define RAW_DEVICE "kvm_device_"
#define RAW_DEVICES 1000
#define BLANKS " \t\r\n"
#define MOST_PLACES 64 /* of one attribute on one container */

/* The functions that kvm_device_N passes on the VM's container, from kvm_device_N_at. */
struct places {
	struct xml *xml;
	unsigned int number; /* N */
	char name[32];	     /* kvm_device_N_at */
	struct passed_function functions[MOST_PLACES];
	size_t count, used;
};

/* Reads the next part of an address and the character that ends it. */
static bool read_part(const char **text, unsigned int most, const char *ends,
		      unsigned int *ret_number)
{
	size_t length = strspn(*text, "0123456789abcdefABCDEF");
	unsigned long number = strtoul(*text, NULL, 16);
	char end = (*text)[length];

	if (!length || length > 8 || number > most || (end && !strchr(ends, end)))
		return false;
	*ret_number = (unsigned int)number;
	*text += length + (end != '\0');
	return true;
}

/* Parses 0000:5e:00.0, 5e:00.0 or pci_0000_5e_00_0, and nothing after it. */
static bool read_function(const char *text, struct passed_function *ret_function)
{
	bool is_node = strncmp(text, "pci_", 4) == 0;
	const char *between = is_node ? "_" : ":", *last = is_node ? "_" : ".";
	const char *first_colon = strchr(text, ':');
	bool has_domain = is_node || (first_colon && strchr(first_colon + 1, ':'));

	*ret_function = (struct passed_function){ 0 };
	if (text[strcspn(text, BLANKS)])
		return false;
	text += is_node ? 4 : 0;
	if (has_domain && !read_part(&text, 0xffff, between, &ret_function->domain))
		return false;
	return read_part(&text, 0xff, between, &ret_function->bus) && *text &&
	       read_part(&text, 0x1f, last, &ret_function->slot) && text[-1] == *last &&
	       read_part(&text, 7, "", &ret_function->function) && !*text;
}

/* Takes the addresses after the container's HOST=; modifies list. */
static void take_list(struct places *places, char *list)
{
	struct xml *xml = places->xml;

	if (places->count) {
		xml_fail(xml, -EINVAL, "the attribute %s names %s twice; name it once",
			 places->name, xml->vm->container);
		return;
	}
	for (char *word; (word = strsep(&list, ",")) && !xml->error;) {
		struct passed_function function;

		if (!read_function(word, &function))
			xml_fail(xml, -EINVAL,
				 "the attribute %s has '%s' for %s; write PCI addresses "
				 "such as 0000:5e:00.0 with commas between them",
				 places->name, word, xml->vm->container);
		else if (places->count == MOST_PLACES)
			xml_fail(xml, -E2BIG,
				 "the attribute %s has more than %d addresses for %s; "
				 "spread the devices over several attributes",
				 places->name, MOST_PLACES, xml->vm->container);
		else
			places->functions[places->count++] = function;
	}
}

static void read_places(struct places *places, char *value)
{
	struct xml *xml = places->xml;
	char *rest = NULL;

	for (char *word = strtok_r(value, BLANKS, &rest); word && !xml->error;
	     word = strtok_r(NULL, BLANKS, &rest)) {
		char *list = strchr(word, '=');

		if (!list || list == word) {
			xml_fail(xml, -EINVAL,
				 "the attribute %s has '%s'; write HOST=ADDRESS for each "
				 "container, several addresses with commas between them",
				 places->name, word);
			return;
		}
		*list++ = '\0';
		if (strcmp(word, xml->vm->container) == 0)
			take_list(places, list);
	}
	if (!xml->error && !places->count)
		xml_fail(xml, -ENOENT,
			 "the attribute %s does not name a device of %s; add %s=ADDRESS "
			 "to it",
			 places->name, xml->vm->container, xml->vm->container);
}

/* The one <address> of a <source>, added if there is none. */
static int place_source(void *data, xmlNode *source)
{
	struct places *places = data;
	struct xml *xml = places->xml;
	xmlNode *address = xml_child_or_new(xml, source, "address");
	xmlNode *more = address ? xmlNextElementSibling(address) : NULL;
	const struct passed_function *function;

	while (more && !xmlStrEqual(more->name, BAD_CAST "address"))
		more = xmlNextElementSibling(more);
	if (more)
		return xml_fail(xml, -EINVAL,
				"the attribute " RAW_DEVICE "%u has a source with two "
				"addresses; give each device an element of its own",
				places->number);
	if (places->used++ >= places->count)
		return xml->error;
	function = &places->functions[places->used - 1];
	if (xmlStrEqual(source->parent->name, BAD_CAST "interface"))
		xml_put(xml, address, "type", "pci");
	xml_put(xml, address, "domain", "0x%04x", function->domain);
	xml_put(xml, address, "bus", "0x%02x", function->bus);
	xml_put(xml, address, "slot", "0x%02x", function->slot);
	xml_put(xml, address, "function", "0x%x", function->function);
	return xml->error;
}

/* Sets the addresses in the elements of one number. */
static void place(struct xml *xml, xmlNode *first, unsigned int number)
{
	struct places places = { .xml = xml, .number = number };
	const char *value;
	char *copy;

	snprintf(places.name, sizeof(places.name), RAW_DEVICE "%u_at", number);
	value = xml_vm_attribute(xml->vm, places.name);
	if (!value)
		return;
	copy = strdup(value);
	if (!copy)
		xml_fail(xml, -ENOMEM, "there is no memory left; try again");
	else
		read_places(&places, copy);
	free(copy);
	for (xmlNode *node = first; node && !xml->error;
	     node = xmlNextElementSibling(node))
		passed_sources(node, place_source, &places);
	if (!xml->error && places.used != places.count)
		xml_fail(xml, -EINVAL,
			 "the attribute %s has another number of addresses for %s (%zu) "
			 "than " RAW_DEVICE "%u has PCI devices (%zu); give one for each",
			 places.name, xml->vm->container, places.count, number,
			 places.used);
}

int domain_add_raw(struct xml *xml, xmlNode *devices,
		   int (*each)(void *data, const char *attribute, xmlNode *first),
		   void *data)
{
	for (unsigned int i = xml_vm_next_number(xml->vm, RAW_DEVICE, 0);
	     i < RAW_DEVICES && !xml->error;
	     i = xml_vm_next_number(xml->vm, RAW_DEVICE, i + 1)) {
		xmlNode *first;
		const char *text;
		char name[32];
		int r;

		snprintf(name, sizeof(name), RAW_DEVICE "%u", i);
		text = xml_vm_attribute(xml->vm, name);
		if (!text)
			continue;
		first = xml_add_raw(xml, devices, text, name);
		if (first && !xml->error)
			place(xml, first, i);
		r = first && !xml->error ? each(data, name, first) : 0;
		if (r)
			return r;
	}
	return xml->error;
}

struct telling {
	const struct rocks_vm *vm;
	struct rocks_host_device row;
	int (*each)(void *data, const struct rocks_host_device *device);
	void *data;
	size_t count; /* of the element's functions */
};

static int tell_function(void *data, const struct passed_function *function)
{
	struct telling *telling = data;
	char text[PASSED_TEXT_SIZE];

	telling->count++;
	telling->row.address = passed_text(function, text);
	return telling->each(telling->data, &telling->row);
}

/* Reports an element that passes no readable function without an address. */
static int tell(struct telling *telling, xmlNode *device)
{
	int r = 0;

	telling->row.kind = passed_kind(device);
	if (!telling->row.kind)
		return 0;
	telling->count = 0;
	if (strcmp(telling->row.kind, "pci") == 0)
		r = passed_functions(device, tell_function, telling);
	telling->row.address = NULL;
	return r || telling->count ? r : telling->each(telling->data, &telling->row);
}

static int tell_all(void *data, const char *attribute, xmlNode *first)
{
	struct telling *telling = data;
	char at[40];
	int r = 0;

	snprintf(at, sizeof(at), "%s_at", attribute);
	telling->row.attribute = attribute;
	telling->row.is_placed = xml_vm_attribute(telling->vm, at) != NULL;
	for (xmlNode *node = first; node && r == 0; node = xmlNextElementSibling(node))
		r = tell(telling, node);
	return r;
}

int domain_host_devices(const struct rocks_vm *vm,
			int (*each)(void *data, const struct rocks_host_device *device),
			void *data, struct rocks_failure *failure)
{
	struct xml xml = { .vm = vm, .failure = failure };
	struct telling telling = { .vm = vm,
				   .row = { .size = sizeof(telling.row) },
				   .each = each,
				   .data = data };
	xmlDoc *document = xmlNewDoc(BAD_CAST "1.0");
	xmlNode *devices =
		document ? xmlNewDocNode(document, NULL, BAD_CAST "devices", NULL) : NULL;
	int r = 0;

	if (!devices || !devices->name) {
		xmlFreeNode(devices);
		r = xml_fail(&xml, -ENOMEM, "there is no memory left; try again");
	} else {
		xmlDocSetRootElement(document, devices);
		r = domain_add_raw(&xml, devices, tell_all, &telling);
	}
	xmlFreeDoc(document);
	return r;
}
