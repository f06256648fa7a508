/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building a domain's libxml2 tree. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>

#include "plugins/xml.h"

xmlDoc *xml_parse(const char *xml)
{
	return xmlReadMemory(xml, (int)strlen(xml), NULL, NULL,
			     XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
}

int xml_fail(struct xml *xml, int error, const char *format, ...)
{
	char *sentence;
	va_list list;

	if (xml->error)
		return xml->error;
	xml->error = error;
	va_start(list, format);
	if (vasprintf(&sentence, format, list) >= 0) {
		xml->failure->explain(xml->failure, sentence);
		free(sentence);
	}
	va_end(list);
	return error;
}

static void fail_memory(struct xml *xml)
{
	xml_fail(xml, -ENOMEM, "there is no memory left; try again");
}

/* The length in bytes of the character at text, 0 when XML 1.0 cannot hold it. */
static size_t character_length(const unsigned char *text)
{
	static const unsigned int least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int code = text[0];
	size_t length;

	if (code < 0x80)
		return code >= 0x20 || code == '\t' || code == '\n' || code == '\r';
	if (code < 0xc0 || code > 0xf7)
		return 0;
	length = code < 0xe0 ? 2 : code < 0xf0 ? 3 : 4;
	code &= 0x7f >> length;
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	if (code < least[length] || code > 0x10ffff || (code & ~0x7ffu) == 0xd800 ||
	    code == 0xfffe || code == 0xffff)
		return 0;
	return length;
}

/* Fails if text is missing or has characters that XML cannot hold. */
static int check_text(struct xml *xml, const char *text, const char *what)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t at = 0, length;

	if (!text || !*text)
		return xml_fail(xml, -EINVAL, "%s is missing; set it", what);
	for (; bytes[at]; at += length) {
		length = character_length(bytes + at);
		if (!length)
			return xml_fail(xml, -EILSEQ,
					"%s cannot be written in XML: byte %zu of it is "
					"0x%02x; set it to plain text in UTF-8",
					what, at + 1, bytes[at]);
	}
	return 0;
}

xmlNode *xml_add(struct xml *xml, xmlNode *parent, const char *name)
{
	xmlNode *node;

	if (xml->error)
		return NULL;
	node = xmlNewChild(parent, NULL, BAD_CAST name, NULL);
	if (!node || !node->name)
		fail_memory(xml);
	return node;
}

xmlNode *xml_child(const xmlNode *parent, const char *name)
{
	xmlNode *node = parent ? xmlFirstElementChild((xmlNode *)parent) : NULL;

	while (node && !xmlStrEqual(node->name, BAD_CAST name))
		node = xmlNextElementSibling(node);
	return node;
}

xmlNode *xml_child_or_new(struct xml *xml, xmlNode *parent, const char *name)
{
	xmlNode *node = xml->error ? NULL : xml_child(parent, name);

	return node ? node : xml_add(xml, parent, name);
}

const char *xml_get(const xmlNode *node, const char *attribute)
{
	const xmlAttr *found = xmlHasProp((xmlNode *)node, BAD_CAST attribute);

	if (!found)
		return NULL;
	return found->children ? (const char *)found->children->content : "";
}

/* Out of memory, libxml2 may make a node without its name or text. */
static void set_attribute(struct xml *xml, xmlNode *node, const char *name,
			  const char *value)
{
	const xmlAttr *attribute = xmlSetProp(node, BAD_CAST name, BAD_CAST value);

	if (!attribute || !attribute->name || !attribute->children ||
	    !attribute->children->content)
		fail_memory(xml);
}

void xml_set(struct xml *xml, xmlNode *node, const char *attribute, const char *value,
	     const char *what)
{
	if (!xml->error && check_text(xml, value, what) == 0)
		set_attribute(xml, node, attribute, value);
}

xmlNode *xml_add_text(struct xml *xml, xmlNode *parent, const char *name,
		      const char *text, const char *what)
{
	xmlNode *node;

	if (xml->error || check_text(xml, text, what) < 0)
		return NULL;
	node = xmlNewTextChild(parent, NULL, BAD_CAST name, BAD_CAST text);
	if (!node || !node->name || !node->children || !node->children->content)
		fail_memory(xml);
	return node;
}

void xml_put(struct xml *xml, xmlNode *node, const char *attribute, const char *format,
	     ...)
{
	char value[64];
	va_list list;

	if (xml->error)
		return;
	va_start(list, format);
	vsnprintf(value, sizeof(value), format, list);
	va_end(list);
	set_attribute(xml, node, attribute, value);
}

const char *xml_vm_attribute(const struct rocks_vm *vm, const char *name)
{
	const char *value = vm->attribute(vm, name);

	return value && *value ? value : NULL;
}

/* The number after a prefix, as %u writes it; UINT_MAX when there is none. */
static unsigned int number_behind(const char *name, const char *prefix, size_t length)
{
	const char *digits = name + length;
	size_t count;

	if (strncmp(name, prefix, length) != 0)
		return UINT_MAX;
	count = strspn(digits, "0123456789");
	if (count < 1 || count > 9 || digits[count] || (*digits == '0' && count > 1))
		return UINT_MAX;
	return (unsigned int)strtoul(digits, NULL, 10);
}

unsigned int xml_vm_next_number(const struct rocks_vm *vm, const char *prefix,
				unsigned int from)
{
	size_t length = strlen(prefix);
	unsigned int next = UINT_MAX;

	if (!ROCKS_HAS(struct rocks_vm, vm, attribute_name))
		return from;
	for (uint32_t i = 0; i < vm->attribute_count; i++) {
		unsigned int number =
			number_behind(vm->attribute_name(vm, i), prefix, length);

		if (number >= from && number < next)
			next = number;
	}
	return next;
}

size_t xml_vm_choice(struct xml *xml, const char *attribute, const char *const *words)
{
	const char *value = xml_vm_attribute(xml->vm, attribute);
	char list[128] = "";
	size_t length = 0;

	if (!value)
		return 0;
	for (size_t i = 0; words[i]; i++)
		if (strcmp(value, words[i]) == 0)
			return i;
	for (size_t i = 0; words[i] && length < sizeof(list); i++)
		length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%s",
					   i == 0	  ? ""
					   : words[i + 1] ? ", "
							  : " or ",
					   words[i]);
	xml_fail(xml, -EINVAL, "the attribute %s is '%s'; set it to %s", attribute, value,
		 list);
	return 0;
}

bool xml_is_disk_name(const char *name)
{
	static const char *const kinds[] = { "hd", "sd", "vd", "xvd" };
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t length = strlen(kinds[i]);

		if (strncmp(name, kinds[i], length) == 0)
			return name[length] &&
			       !name[length + strspn(name + length, letters)];
	}
	return false;
}

xmlNode *xml_add_after(struct xml *xml, xmlNode *domain, const char *before,
		       const char *name)
{
	xmlNode *node = xml_child_or_new(xml, domain, name);
	xmlNode *previous = xml_child(domain, before);

	if (node && previous)
		xmlAddNextSibling(previous, node);
	return node;
}

/* Parses text inside an element named as the attribute; NULL on failure. */
static xmlDoc *parse_raw(struct xml *xml, const char *text, const char *attribute)
{
	const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
			    XML_PARSE_NOBLANKS | XML_PARSE_NODICT;
	xmlParserCtxt *context = xmlNewParserCtxt();
	xmlDoc *document = NULL;
	char *whole = NULL;
	int length = asprintf(&whole, "<%s>%s</%s>", attribute, text, attribute);

	if (!context || length < 0)
		fail_memory(xml);
	else
		document =
			xmlCtxtReadMemory(context, whole, length, NULL, "UTF-8", options);
	if (document && context->errNo == XML_ERR_NO_MEMORY)
		fail_memory(xml);
	if (!document && !xml->error) {
		const xmlError *error = xmlCtxtGetLastError(context);
		const char *message =
			error && error->message ? error->message : "unknown";

		xml_fail(
			xml, -EINVAL,
			"the attribute %s is not well-formed XML (%.*s); correct it with "
			"rocks set host attr %s %s VALUE",
			attribute, (int)strcspn(message, "\n"), message, xml->vm->name,
			attribute);
	}
	if (length >= 0)
		free(whole);
	xmlFreeParserCtxt(context);
	return document;
}

/* Whether the parser had memory for all names below a node: it does not report that. */
static bool has_names(const xmlNode *node)
{
	bool whole = node->name != NULL;

	for (const xmlAttr *attribute = node->properties; attribute && whole;
	     attribute = attribute->next)
		whole = attribute->name != NULL;
	for (const xmlNode *child = node->children; child && whole; child = child->next)
		if (child->type == XML_ELEMENT_NODE)
			whole = has_names(child);
	return whole;
}

xmlNode *xml_add_raw(struct xml *xml, xmlNode *parent, const char *text,
		     const char *attribute)
{
	xmlNode *first = NULL, *node, *next;
	xmlDoc *raw;

	if (xml->error || !(raw = parse_raw(xml, text, attribute)))
		return NULL;
	for (node = xmlDocGetRootElement(raw)->children; node && !xml->error;
	     node = next) {
		next = node->next;
		if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
			xml_fail(xml, -EINVAL,
				 "the attribute %s holds text outside of elements; write "
				 "XML with rocks set host attr %s %s VALUE",
				 attribute, xml->vm->name, attribute);
		if (node->type != XML_ELEMENT_NODE)
			continue;
		if (!has_names(node))
			fail_memory(xml);
		xmlUnlinkNode(node);
		xmlAddChild(parent, node);
		if (!first)
			first = node;
	}
	xmlFreeDoc(raw);
	return xml->error ? NULL : first;
}

int xml_machine_parse(const char *name, enum xml_machine *ret_machine)
{
	if (strcmp(name, "q35") == 0 || strncmp(name, "pc-q35-", 7) == 0)
		*ret_machine = XML_Q35;
	else if (strcmp(name, "pc") == 0 || strncmp(name, "pc-i440fx-", 10) == 0)
		*ret_machine = XML_PC;
	else
		return -EINVAL;
	return 0;
}

enum xml_machine xml_find_machine(struct xml *xml, const xmlNode *domain)
{
	const xmlNode *type = xml_child(xml_child(domain, "os"), "type");
	const char *name = type ? xml_get(type, "machine") : NULL;
	enum xml_machine machine = XML_Q35;

	if (!name || xml_machine_parse(name, &machine) < 0)
		xml_fail(xml, -EINVAL,
			 "the document's machine is neither a q35 nor a pc; set the "
			 "attribute kvm_machine to one of them");
	return machine;
}

void xml_add_address(struct xml *xml, xmlNode *device, unsigned int bus,
		     unsigned int slot, unsigned int function, bool multifunction)
{
	xmlNode *address = xml_add(xml, device, "address");

	xml_put(xml, address, "type", "pci");
	xml_put(xml, address, "domain", "0x0000");
	xml_put(xml, address, "bus", "0x%02x", bus);
	xml_put(xml, address, "slot", "0x%02x", slot);
	xml_put(xml, address, "function", "0x%x", function);
	if (multifunction)
		xml_put(xml, address, "multifunction", "on");
}

void xml_add_port(struct xml *xml, xmlNode *devices, unsigned int bus)
{
	unsigned int slot = XML_PORT_FIRST_SLOT + (bus - 1) / 8;
	unsigned int function = (bus - 1) % 8;
	xmlNode *port, *target;

	if (bus > XML_PORTS) {
		xml_fail(
			xml, -ENOSPC,
			"more PCI devices than the guest's %d ports hold; take some away",
			XML_PORTS);
		return;
	}
	port = xml_add(xml, devices, "controller");
	xml_put(xml, port, "type", "pci");
	xml_put(xml, port, "index", "%u", bus);
	xml_put(xml, port, "model", "pcie-root-port");
	target = xml_add(xml, port, "target");
	xml_put(xml, target, "chassis", "%u", bus);
	xml_put(xml, target, "port", "0x%x", slot << 3 | function);
	xml_add_address(xml, port, 0, slot, function, function == 0);
}
