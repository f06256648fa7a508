/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin libvirt: the PCI functions that a domain's XML gives it. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "plugins/libvirt/functions.h"
#include "plugins/xml.h"

static bool lists(const struct functions *functions, const char *text)
{
	for (uint32_t i = 0; i < functions->count; i++)
		if (strcmp(functions->list[i], text) == 0)
			return true;
	return false;
}

struct reading {
	struct functions *functions;
	const struct functions *known; /* leaves out all others; NULL: keeps all */
};

static int add_function(void *data, const struct passed_function *function)
{
	const struct reading *reading = data;
	struct functions *functions = reading->functions;
	char text[PASSED_TEXT_SIZE];

	passed_text(function, text);
	if (reading->known && !lists(reading->known, text))
		return 0;
	if (functions->count >= MOST_FUNCTIONS)
		return -E2BIG;
	memcpy(functions->texts[functions->count], text, sizeof(text));
	functions->list[functions->count] = functions->texts[functions->count];
	functions->count++;
	return 0;
}

int functions_read(const char *xml, const struct functions *known,
		   struct functions *functions)
{
	xmlDoc *document = xml_parse(xml);
	const xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
	const xmlNode *devices = root ? xml_child(root, "devices") : NULL;
	int r = root ? 0 : -EINVAL;

	functions->count = 0;
	for (xmlNode *node = devices ? xmlFirstElementChild((xmlNode *)devices) : NULL;
	     node && r == 0; node = xmlNextElementSibling(node)) {
		bool is_interface = xmlStrEqual(node->name, BAD_CAST "interface");
		struct reading reading = { functions, is_interface ? known : NULL };

		r = passed_functions(node, add_function, &reading);
	}
	xmlFreeDoc(document);
	return r;
}
