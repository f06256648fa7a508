/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvirt's own definition of a VM as its document. */
#include <errno.h>
#include <string.h>

#include <libxml/parser.h>

#include "plugins/domain/domain.h"

/* Whether the definition is the VM's: defining it changes the domain of its UUID. */
static int check_uuid(struct xml *xml, const xmlNode *domain)
{
	const xmlNode *node = xml_child(domain, "uuid");
	xmlChar *uuid = node ? xmlNodeGetContent(node) : NULL;

	if (!xmlStrEqual(uuid, BAD_CAST xml->vm->uuid))
		xml_fail(xml, -EINVAL,
			 "its definition in the inventory is of the UUID %s, not %s; "
			 "rocks sync host vm %s keeps the one that is there",
			 uuid ? (const char *)uuid : "none", xml->vm->uuid,
			 xml->vm->container);
	xmlFree(uuid);
	return xml->error;
}

/* Blanks between elements go: writing the document puts them in again. */
int domain_open_own(const struct rocks_vm *vm, struct _xmlDoc **ret_document,
		    struct rocks_failure *failure)
{
	const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
			    XML_PARSE_NOBLANKS;
	struct xml xml = { .vm = vm, .failure = failure };
	xmlDoc *document = xmlReadMemory(vm->definition, (int)strlen(vm->definition),
					 NULL, NULL, options);
	const xmlNode *domain = document ? xmlDocGetRootElement(document) : NULL;

	if (!domain || !xmlStrEqual(domain->name, BAD_CAST "domain"))
		xml_fail(&xml, -EINVAL,
			 "its definition in the inventory is not a domain's; rocks sync "
			 "host vm %s keeps the one that is there",
			 vm->container);
	else
		check_uuid(&xml, domain);
	if (xml.error) {
		xmlFreeDoc(document);
		return xml.error;
	}
	*ret_document = document;
	return 0;
}
