/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Passwords of a definition, which are kept nowhere but in libvirt. */
#include <errno.h>

#include "plugins/libvirt/compare.h"

static int keep_attributes(const xmlNode *secret, const xmlNode *present, xmlNode *next)
{
	for (const xmlAttr *attribute = secret->properties; attribute;
	     attribute = attribute->next)
		if (!xmlHasProp((xmlNode *)present, attribute->name) &&
		    !xmlHasProp(next, attribute->name) &&
		    !xmlSetProp(next, attribute->name,
				BAD_CAST attribute_value(attribute)))
			return -ENOMEM;
	return 0;
}

int secrets_keep(const xmlNode *secret, const xmlNode *present, xmlNode *next)
{
	int r = keep_attributes(secret, present, next);

	for (xmlNode *node = xmlFirstElementChild((xmlNode *)secret); node && r == 0;
	     node = xmlNextElementSibling(node)) {
		const xmlNode *known = element_counterpart(node, present);
		xmlNode *to = element_counterpart(node, next);

		if (known && to)
			r = secrets_keep(node, known, to);
	}
	return r;
}
