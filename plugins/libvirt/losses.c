/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin libvirt: what a definition would lose if another one replaced it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/libvirt/compare.h"
#include "plugins/xml.h"

/* Two elements that are the same one, below which it goes on. */
struct pair {
	const xmlNode *present, *known, *next; /* known may be NULL */
	const xmlNode *domain;		       /* of next */
	const char *path;		       /* names: devices/disk/driver */
	const char *title;		       /* with keys: disk sda/driver */
};

/* A text that grows; NULL, and no longer, once memory ran out. */
struct growing {
	char *text;
	bool failed;
};

static void grow(struct growing *growing, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void grow(struct growing *growing, const char *format, ...)
{
	char *added = NULL, *longer = NULL;
	va_list list;

	va_start(list, format);
	if (vasprintf(&added, format, list) < 0)
		added = NULL;
	va_end(list);
	if (!growing->failed && added &&
	    asprintf(&longer, "%s%s", growing->text ? growing->text : "", added) < 0)
		longer = NULL;
	free(added);
	free(growing->text);
	growing->text = longer;
	growing->failed = !longer;
}

/* By what it costs to lose it. */
static unsigned int rank_of(const char *path)
{
	static const char *const ranks[] = { "devices/hostdev", "devices/tpm",
					     "os/nvram",	"os/loader",
					     "devices/disk",	"devices/interface",
					     "devices/" };
	unsigned int rank = 0;

	while (rank < sizeof(ranks) / sizeof(ranks[0]) &&
	       strncmp(path, ranks[rank], strlen(ranks[rank])) != 0)
		rank++;
	return rank;
}

/* Takes ownership of line, which is NULL if memory ran out. */
static void add_line(struct losses *losses, const char *path, char *line)
{
	if (line && losses->count == losses->room) {
		size_t room = losses->room ? 2 * losses->room : 16;
		struct loss *list = reallocarray(losses->list, room, sizeof(*list));

		if (list) {
			losses->list = list;
			losses->room = room;
		}
	}
	if (!line || losses->count == losses->room) {
		free(line);
		losses->error = -ENOMEM;
		return;
	}
	losses->list[losses->count++] = (struct loss){ line, rank_of(path) };
}

/* An attribute that is lost, or whose value another one replaces. */
static void add_attribute(const struct losses *losses, struct growing *line,
			  const struct pair *pair, const xmlAttr *attribute,
			  const char *replaced)
{
	/* A display's password is never shown. */
	bool hides = losses->hides || xmlStrEqual(attribute->name, BAD_CAST "passwd");

	if (!line->text && !line->failed)
		grow(line, "%s", *pair->title ? pair->title : "domain");
	if (hides)
		grow(line, " %s", (const char *)attribute->name);
	else
		grow(line, " %s=\"%s\"", (const char *)attribute->name,
		     attribute_value(attribute));
	if (replaced && !hides)
		grow(line, " (then \"%s\")", replaced);
}

static bool is_known(const struct pair *pair, const xmlAttr *attribute)
{
	const char *known =
		pair->known ? xml_get(pair->known, (const char *)attribute->name) : NULL;

	return known && value_is_same(known, attribute_value(attribute));
}

/* Sizes have a unit, which libvirt changes: 1 GiB is 1048576 KiB. */
static unsigned long long scale_of(const xmlNode *element)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	const char *unit = xml_get(element, "unit");
	unsigned long long scale = 1;

	for (size_t i = 0; unit && i < sizeof(units) / sizeof(units[0]);
	     i++, scale <<= 10)
		if (strcmp(unit, units[i]) == 0)
			return scale;
	return 1;
}

static bool is_same_size(const struct pair *pair, const char *a, const char *b)
{
	char *end, *other_end;
	unsigned long long left = strtoull(a, &end, 10),
			   right = strtoull(b, &other_end, 10);

	return end > a && !*end && other_end > b && !*other_end &&
	       left * scale_of(pair->present) == right * scale_of(pair->next);
}

static void find_attributes(struct losses *losses, const struct pair *pair)
{
	struct growing line = { 0 };
	bool any = false;

	for (const xmlAttr *attribute = pair->present->properties; attribute;
	     attribute = attribute->next) {
		const char *name = (const char *)attribute->name,
			   *value = attribute_value(attribute),
			   *next = xml_get(pair->next, name);
		bool lost;

		if (strcmp(name, "unit") == 0 || is_known(pair, attribute))
			continue;
		if (next)
			lost = !losses->lacking_only && !value_is_same(value, next) &&
			       !is_same_size(pair, value, next) &&
			       !default_may_change(pair->path, name, value, next);
		else
			lost = !default_attribute(pair->path, name, value);
		if (lost)
			add_attribute(losses, &line, pair, attribute, next);
		any |= lost;
	}
	if (any)
		add_line(losses, pair->path, line.text);
}

static bool is_lost_text(const struct losses *losses, const struct pair *pair,
			 const char *present, const char *next)
{
	char *known = pair->known ? element_text(pair->known) : NULL;
	bool same = strcmp(present, next) == 0 || is_same_size(pair, present, next) ||
		    (known && strcmp(present, known) == 0);

	free(known);
	return *present && !same && !(losses->lacking_only && *next) &&
	       !default_may_change(pair->path, NULL, present, next);
}

static void find_text(struct losses *losses, const struct pair *pair)
{
	char *present = element_text(pair->present), *next = element_text(pair->next);
	struct growing line = { 0 };

	if (!present || !next) {
		losses->error = -ENOMEM;
	} else if (is_lost_text(losses, pair, present, next)) {
		grow(&line, "%s", pair->title);
		if (!losses->hides)
			grow(&line, " \"%s\"", present);
		if (!losses->hides && *next)
			grow(&line, " (then \"%s\")", next);
		add_line(losses, pair->path, line.text);
	}
	free(present);
	free(next);
}

/* An element that the next definition lacks, with what it says of itself. */
static void add_element(struct losses *losses, const xmlNode *element, const char *path,
			const char *title)
{
	char *text = element_text(element), *key = element_key(element);
	struct growing line = { 0 };

	grow(&line, "%s", title);
	for (const xmlAttr *attribute = element->properties;
	     attribute && key && !losses->hides && strcmp(path, "devices/hostdev") != 0;
	     attribute = attribute->next)
		if (strcmp(attribute_value(attribute), key) != 0)
			grow(&line, " %s=\"%s\"", (const char *)attribute->name,
			     attribute_value(attribute));
	if (text && *text && !losses->hides)
		grow(&line, " \"%s\"", text);
	if (!text || !key) {
		free(line.text);
		line.text = NULL;
	}
	free(text);
	free(key);
	add_line(losses, path, line.text);
}

/* The path and the title of a child; the caller frees both. 0 or -ENOMEM. */
static int name_child(const struct pair *pair, const xmlNode *child, char **ret_path,
		      char **ret_title)
{
	const char *space = child->ns ? (const char *)child->ns->prefix : NULL;
	char *key = element_key(child), *path = NULL, *title = NULL;
	/* All elements below a device are named after it. */
	const char *above = strcmp(pair->path, "devices") == 0 ? "" : pair->title;

	if (!key || asprintf(&path, "%s%s%s", pair->path, *pair->path ? "/" : "",
			     child->name) < 0)
		path = NULL;
	if (!path || asprintf(&title, "%s%s%s%s%s%s%s", above, *above ? "/" : "",
			      space ? space : "", space ? ":" : "", child->name,
			      *key ? " " : "", key) < 0)
		title = NULL;
	free(key);
	if (title) {
		*ret_path = path;
		*ret_title = title;
		return 0;
	}
	free(path);
	return -ENOMEM;
}

/* A card that is elsewhere now stays at its place in the guest. */
static xmlNode *find_moved(const xmlNode *hostdev, const xmlNode *next)
{
	const xmlNode *place = xml_child(hostdev, "address");

	if (!place || strcmp((const char *)hostdev->name, "hostdev") != 0)
		return NULL;
	for (xmlNode *node = xml_child(next, "hostdev"); node;
	     node = xmlNextElementSibling(node)) {
		const xmlNode *other = xml_child(node, "address");

		if (xmlStrEqual(node->name, BAD_CAST "hostdev") && other &&
		    element_is_same(place, other))
			return node;
	}
	return NULL;
}

static void find_below(struct losses *losses, const struct pair *pair);

/* Whether an element says nothing but that it holds others. */
static bool is_container(const xmlNode *element, const char *path)
{
	bool is_device = xmlStrEqual(element->parent->name, BAD_CAST "devices");

	if (!xmlFirstElementChild((xmlNode *)element) ||
	    (is_device && element->properties))
		return false;
	for (const xmlAttr *attribute = element->properties; attribute;
	     attribute = attribute->next)
		if (!default_attribute(path, (const char *)attribute->name,
				       attribute_value(attribute)))
			return false;
	return true;
}

/* A child that the next definition lacks. */
static void find_gone(struct losses *losses, const struct pair *pair,
		      const xmlNode *child)
{
	const xmlNode none = { .type = XML_ELEMENT_NODE, .name = child->name };
	struct pair below = *pair;

	if (definition_is_mark(child) || element_counterpart(child, pair->known) ||
	    (losses->lacking_only && find_moved(child, pair->next)) ||
	    default_element(pair->path, child, pair->domain))
		return;
	below.present = child;
	below.known = NULL;
	below.next = &none;
	/* It is named by what it holds. */
	if (is_container(child, pair->path))
		find_below(losses, &below);
	else
		add_element(losses, child, pair->path, pair->title);
}

static void find_child(struct losses *losses, const struct pair *pair,
		       const xmlNode *child)
{
	struct pair below = { .present = child,
			      .known = element_counterpart(child, pair->known),
			      .next = element_counterpart(child, pair->next),
			      .domain = pair->domain };
	char *path, *title;

	if (name_child(pair, child, &path, &title) < 0) {
		losses->error = -ENOMEM;
		return;
	}
	below.path = path;
	below.title = title;
	if (below.next) {
		find_attributes(losses, &below);
		find_text(losses, &below);
		find_below(losses, &below);
	} else {
		below.known = pair->known;
		below.next = pair->next;
		find_gone(losses, &below, child);
	}
	free(path);
	free(title);
}

static void find_below(struct losses *losses, const struct pair *pair)
{
	for (const xmlNode *child = xmlFirstElementChild((xmlNode *)pair->present); child;
	     child = xmlNextElementSibling((xmlNode *)child))
		find_child(losses, pair, child);
}

int losses_find(struct losses *losses, const xmlNode *present, const xmlNode *known,
		const xmlNode *next)
{
	const struct pair pair = { .present = present,
				   .known = known,
				   .next = next,
				   .domain = next,
				   .path = "",
				   .title = "" };

	find_attributes(losses, &pair);
	find_below(losses, &pair);
	return losses->error;
}

int losses_sort(struct losses *losses)
{
	struct loss *sorted = calloc(losses->count + 1, sizeof(*sorted));
	size_t count = 0;

	if (!sorted)
		return -ENOMEM;
	for (unsigned int rank = 0; count < losses->count; rank++)
		for (size_t i = 0; i < losses->count; i++)
			if (losses->list[i].rank == rank)
				sorted[count++] = losses->list[i];
	free(losses->list);
	losses->list = sorted;
	losses->room = losses->count + 1;
	return 0;
}

void losses_release(struct losses *losses)
{
	for (size_t i = 0; i < losses->count; i++)
		free(losses->list[i].line);
	free(losses->list);
	losses->list = NULL;
	losses->count = losses->room = 0;
}
