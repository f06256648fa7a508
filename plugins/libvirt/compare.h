/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comparing definitions of a domain: which element is which, and what would be lost. */
#ifndef PLUGINS_LIBVIRT_COMPARE_H
#define PLUGINS_LIBVIRT_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include <libxml/tree.h>

/* The mark that redefine() puts into <metadata>: rocks defined the VM. */
#define MARK_NAME "vm"
#define MARK_NAMESPACE "urn:gpupt:rocks"

/* Parses a definition; NULL if it cannot be parsed. Freed with xmlFreeDoc(). */
xmlDoc *definition_parse(const char *xml);

/* Whether the element is the mark. */
bool definition_is_mark(const xmlNode *node);
/* Whether a domain has the mark. */
bool definition_is_marked(const xmlNode *domain);
/* Adds the mark to a domain that lacks it. 0 or -ENOMEM. */
int definition_mark(xmlNode *domain);

/*
 * match.c: what says which of several elements of one name it is, such as the target of a
 * disk; "" if nothing does. Freed by the caller; NULL if out of memory.
 */
char *element_key(const xmlNode *element);

/*
 * The element of another parent (NULL: none) that is the same one: of the same name and
 * key, or the only one, or at the same place among those alike. NULL if there is none.
 */
xmlNode *element_counterpart(const xmlNode *element, const xmlNode *parent);

/* Whether two values are equal, also as numbers, 0x02 and 2, and MAC addresses. */
bool value_is_same(const char *a, const char *b);

/* An attribute's value, "" if it has none. Owned by the tree. */
const char *attribute_value(const xmlAttr *attribute);

/* Text of the element itself, without blanks around it. Freed by the caller. */
char *element_text(const xmlNode *element);

/* Whether two elements are the same in all they hold, in whatever order. */
bool element_is_same(const xmlNode *a, const xmlNode *b);

/*
 * secrets.c: adds to next the attributes that secret has and present, the same definition
 * without secrets, lacks. 0 or -ENOMEM.
 */
int secrets_keep(const xmlNode *secret, const xmlNode *present, xmlNode *next);

/*
 * defaults.c: whether libvirt adds the attribute with this value, or the element, to a
 * definition that lacks it. path has the names of the elements below <domain>:
 * devices/disk/driver. next is the domain that is to be defined.
 */
bool default_attribute(const char *path, const char *name, const char *value);
bool default_element(const char *path, const xmlNode *element, const xmlNode *next);

/*
 * Whether a value may change from one to the other without counting as a loss: because the
 * inventory has a column for it, or the rule of places in plugins/xml.h decides it. name is
 * NULL for an element's text.
 */
bool default_may_change(const char *path, const char *name, const char *from,
			const char *to);

/* losses.c: lines that say what is lost. */
struct losses {
	struct loss {
		char *line;
		unsigned int rank; /* 0: most important */
	} * list;
	size_t count, room;
	bool lacking_only; /* ROCKS_COMPARE_LACKING */
	bool hides;	   /* values are secret: names only */
	int error;	   /* -ENOMEM */
};

/*
 * Adds what present has and next lacks, unless known (NULL: nothing) has it too. 0 or
 * -ENOMEM; released with losses_release() also after that.
 */
int losses_find(struct losses *losses, const xmlNode *present, const xmlNode *known,
		const xmlNode *next);
/* The most important first. 0 or -ENOMEM. */
int losses_sort(struct losses *losses);
void losses_release(struct losses *losses);

#endif
