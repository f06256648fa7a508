/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin libvirt: which element of one definition is which of another. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libxml/parser.h>

#include "plugins/libvirt/compare.h"
#include "plugins/passed.h"
#include "plugins/xml.h"

xmlDoc *definition_parse(const char *xml)
{
	return xmlReadMemory(xml, (int)strlen(xml), NULL, NULL,
			     XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
				     XML_PARSE_NOBLANKS);
}

/* Where elements of one name say which they are: child@attribute, or @attribute. */
static const struct identity {
	const char *name, *child, *attribute;
} identities[] = {
	{ "boot", NULL, "dev" },	   { "channel", "target", "name" },
	{ "console", "target", "port" },   { "disk", "target", "dev" },
	{ "feature", NULL, "name" },	   { "filesystem", "target", "dir" },
	{ "graphics", NULL, "type" },	   { "input", NULL, "type" },
	{ "interface", "mac", "address" }, { "parallel", "target", "port" },
	{ "serial", "target", "port" },	   { "timer", NULL, "name" },
	{ "vcpupin", NULL, "vcpu" },
};

static const char *get(const xmlNode *element, const char *child, const char *attribute)
{
	const xmlNode *node = child ? xml_child(element, child) : element;
	const char *value = node ? xml_get(node, attribute) : NULL;

	return value ? value : "";
}

static int add_function(void *data, const struct passed_function *function)
{
	char *text = data;

	if (!*text)
		passed_text(function, text);
	return 0;
}

/* A host device: the address of its first function, its UUID, or what kind it is. */
static char *hostdev_key(const xmlNode *element)
{
	char text[PASSED_TEXT_SIZE] = "", *key;
	const xmlNode *source = xml_child(element, "source");

	passed_functions((xmlNode *)element, add_function, text);
	if (*text)
		return strdup(text);
	if (!source)
		return strdup("");
	if (asprintf(&key, "%s%s%s%s%s", get(source, "address", "uuid"),
		     get(source, "vendor", "id"), get(source, "product", "id"),
		     get(source, "address", "bus"), get(source, "address", "device")) < 0)
		return NULL;
	return key;
}

static char *controller_key(const xmlNode *element)
{
	char *key;

	if (asprintf(&key, "%s %s", get(element, NULL, "type"),
		     get(element, NULL, "index")) < 0)
		return NULL;
	return key;
}

char *element_key(const xmlNode *element)
{
	const char *name = (const char *)element->name;

	if (strcmp(name, "hostdev") == 0)
		return hostdev_key(element);
	if (strcmp(name, "controller") == 0)
		return controller_key(element);
	for (size_t i = 0; i < sizeof(identities) / sizeof(identities[0]); i++)
		if (strcmp(name, identities[i].name) == 0)
			return strdup(get(element, identities[i].child,
					  identities[i].attribute));
	return strdup("");
}

static bool has_same_name(const xmlNode *a, const xmlNode *b)
{
	return xmlStrEqual(a->name, b->name) &&
	       xmlStrEqual(a->ns ? a->ns->href : NULL, b->ns ? b->ns->href : NULL);
}

static bool has_key(const xmlNode *element, const xmlNode *like, const char *key)
{
	char *own = has_same_name(element, like) ? element_key(element) : NULL;
	bool same = own && strcasecmp(own, key) == 0;

	free(own);
	return same;
}

/* The element of a parent at this place among those of its name with this key. */
static xmlNode *find_alike(const xmlNode *element, const xmlNode *parent, const char *key,
			   size_t place)
{
	for (xmlNode *node = xmlFirstElementChild((xmlNode *)parent); node;
	     node = xmlNextElementSibling(node))
		if (has_key(node, element, key) && place-- == 0)
			return node;
	return NULL;
}

static size_t count_before(const xmlNode *element, const char *key)
{
	size_t count = 0;

	for (const xmlNode *node = element->prev; node; node = node->prev)
		count += node->type == XML_ELEMENT_NODE && has_key(node, element, key);
	return count;
}

/*
 * libvirt gives a key to what has none, such as a MAC address: the first element that
 * only this side has is the first one without a key on the other.
 */
static xmlNode *find_keyless(const xmlNode *element, const xmlNode *parent)
{
	size_t place = 0;

	for (const xmlNode *node = element->prev; node; node = node->prev) {
		char *key = node->type == XML_ELEMENT_NODE && has_same_name(node, element)
				    ? element_key(node)
				    : NULL;

		place += key && !find_alike(node, parent, key, 0);
		free(key);
	}
	return find_alike(element, parent, "", place);
}

xmlNode *element_counterpart(const xmlNode *element, const xmlNode *parent)
{
	char *key = parent ? element_key(element) : NULL;
	xmlNode *found = NULL;

	if (!key)
		return NULL;
	found = find_alike(element, parent, key, count_before(element, key));
	if (!found && *key && strcmp((const char *)element->name, "hostdev") != 0)
		found = find_keyless(element, parent);
	free(key);
	return found;
}

static bool read_number(const char *text, unsigned long long *ret_number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	*ret_number = strtoull(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
	return *end == '\0';
}

/* A MAC address or a UUID, which libvirt writes in small letters. */
static bool is_hexadecimal(const char *text)
{
	return text[strspn(text, "0123456789abcdefABCDEF:-")] == '\0';
}

bool value_is_same(const char *a, const char *b)
{
	unsigned long long left, right;

	return strcmp(a, b) == 0 || (is_hexadecimal(a) && strcasecmp(a, b) == 0) ||
	       (read_number(a, &left) && read_number(b, &right) && left == right);
}

const char *attribute_value(const xmlAttr *attribute)
{
	const xmlNode *text = attribute->children;

	return text && text->content ? (const char *)text->content : "";
}

char *element_text(const xmlNode *element)
{
	static const char blanks[] = " \t\r\n";
	char *text = strdup("");

	for (const xmlNode *node = element->children; node && text; node = node->next) {
		const char *part = (const char *)node->content;
		char *longer;
		size_t length;

		if ((node->type != XML_TEXT_NODE &&
		     node->type != XML_CDATA_SECTION_NODE) ||
		    !part)
			continue;
		part += strspn(part, blanks);
		for (length = strlen(part); length && strchr(blanks, part[length - 1]);)
			length--;
		if (asprintf(&longer, "%s%.*s", text, (int)length, part) < 0)
			longer = NULL;
		free(text);
		text = longer;
	}
	return text;
}

static size_t count_attributes(const xmlNode *element)
{
	size_t count = 0;

	for (const xmlAttr *attribute = element->properties; attribute;
	     attribute = attribute->next)
		count++;
	return count;
}

static bool has_same_attributes(const xmlNode *a, const xmlNode *b)
{
	for (const xmlAttr *attribute = a->properties; attribute;
	     attribute = attribute->next) {
		const char *other = xml_get(b, (const char *)attribute->name);

		if (!other || !value_is_same(attribute_value(attribute), other))
			return false;
	}
	return count_attributes(a) == count_attributes(b);
}

static bool has_same_text(const xmlNode *a, const xmlNode *b)
{
	char *left = element_text(a), *right = element_text(b);
	bool same = left && right && strcmp(left, right) == 0;

	free(left);
	free(right);
	return same;
}

bool element_is_same(const xmlNode *a, const xmlNode *b)
{
	if (!has_same_name(a, b) || !has_same_attributes(a, b) || !has_same_text(a, b) ||
	    xmlChildElementCount((xmlNode *)a) != xmlChildElementCount((xmlNode *)b))
		return false;
	for (xmlNode *child = xmlFirstElementChild((xmlNode *)a); child;
	     child = xmlNextElementSibling(child)) {
		const xmlNode *other = element_counterpart(child, b);

		if (!other || !element_is_same(child, other))
			return false;
	}
	return true;
}

bool definition_is_mark(const xmlNode *node)
{
	return xmlStrEqual(node->name, BAD_CAST MARK_NAME) && node->ns &&
	       xmlStrEqual(node->ns->href, BAD_CAST MARK_NAMESPACE);
}

bool definition_is_marked(const xmlNode *domain)
{
	const xmlNode *metadata = xml_child(domain, "metadata");

	for (xmlNode *node = metadata ? xmlFirstElementChild((xmlNode *)metadata) : NULL;
	     node; node = xmlNextElementSibling(node))
		if (definition_is_mark(node))
			return true;
	return false;
}

int definition_mark(xmlNode *domain)
{
	xmlNode *metadata = xml_child(domain, "metadata"), *mark;
	xmlNs *space;

	if (definition_is_marked(domain))
		return 0;
	if (!metadata)
		metadata = xmlNewChild(domain, NULL, BAD_CAST "metadata", NULL);
	mark = metadata ? xmlNewChild(metadata, NULL, BAD_CAST MARK_NAME, NULL) : NULL;
	space = mark ? xmlNewNs(mark, BAD_CAST MARK_NAMESPACE, BAD_CAST "rocks") : NULL;
	if (!space)
		return -ENOMEM;
	xmlSetNs(mark, space);
	return 0;
}
