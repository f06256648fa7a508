/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A site's plugin that passes the device at bus $HOSTDEV_BUS, after the plugin device. */
#include <stdlib.h>

#include <libxml/tree.h>

#include "plugins/rocks-plugin.h"

static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
		 struct rocks_failure *failure)
{
	xmlNode *devices = xmlDocGetRootElement(document)->last, *node;

	(void)vm;
	(void)failure;
	while (!xmlStrEqual(devices->name, BAD_CAST "devices"))
		devices = devices->prev;
	node = xmlNewChild(devices, NULL, BAD_CAST "hostdev", NULL);
	xmlSetProp(node, BAD_CAST "mode", BAD_CAST "subsystem");
	xmlSetProp(node, BAD_CAST "type", BAD_CAST "pci");
	node = xmlNewChild(node, NULL, BAD_CAST "source", NULL);
	node = xmlNewChild(node, NULL, BAD_CAST "address", NULL);
	xmlSetProp(node, BAD_CAST "domain", BAD_CAST "0");
	xmlSetProp(node, BAD_CAST "bus", BAD_CAST getenv("HOSTDEV_BUS"));
	xmlSetProp(node, BAD_CAST "slot", BAD_CAST "0");
	xmlSetProp(node, BAD_CAST "function", BAD_CAST "0");
	return 0;
}

ROCKS_PLUGIN(.name = "amend-hostdev", .amend = amend);
