/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin libvirt: the format of firmware variables, by what libvirt would start. */
#include <string.h>

#include "plugins/libvirt/variables.h"
#include "plugins/xml.h"

/* What src/qemu/qemu_firmware.c, qemuFirmwareMatchDomain, looks at. */
static bool picks_firmware(const xmlNode *node)
{
	static const char *const names[] = { "name", "memory", "os", "features",
					     "launchSecurity" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (xmlStrEqual(node->name, BAD_CAST names[i]))
			return true;
	return false;
}

xmlChar *variables_domain(const char *xml)
{
	xmlDoc *document = xml_parse(xml);
	xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
	xmlNode *node = root ? root->children : NULL;
	xmlChar *text = NULL;
	int length;

	while (node) {
		xmlNode *next = node->next;

		if (!picks_firmware(node)) {
			xmlUnlinkNode(node);
			xmlFreeNode(node);
		}
		node = next;
	}
	if (root)
		xmlDocDumpMemory(document, &text, &length);
	xmlFreeDoc(document);
	return text;
}

/* src/qemu/qemu_command.c, qemuBuildPflashBlockdevCommandLine: 1 is the variables. */
int variables_format(const char *line, char ret_format[VARIABLES_FORMAT])
{
	static const char node[] = "\"node-name\":\"libvirt-pflash1-format\"";
	static const char key[] = "\"driver\":\"";
	const char *begin = strstr(line, node), *end, *value;
	size_t length;

	if (!begin)
		return 1;
	end = strchr(begin, '}');
	while (begin > line && *begin != '{')
		begin--;
	value = strstr(begin, key);
	if (!end || !value || value > end)
		return 1;
	value += strlen(key);
	length = strcspn(value, "\"");
	if (length == 0 || length >= VARIABLES_FORMAT)
		return 1;
	memcpy(ret_format, value, length);
	ret_format[length] = '\0';
	return 0;
}
