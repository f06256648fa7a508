/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCIe path of a device: where it is plugged in, independent of bus numbers. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/strbuf.h"
#include "src/gpupci/scan/path.h"

/* Returns the part after "pci" of a root bus folder such as "pci0000:00", or NULL. */
static const char *root_bus_name(const char *part)
{
	struct pci_address address;
	char text[64];

	if (strncmp(part, "pci", 3) != 0 || strlen(part) > 16)
		return NULL;
	snprintf(text, sizeof(text), "%s:00.0", part + 3);
	if (!strchr(part, ':') || pci_address_parse(text, &address) < 0)
		return NULL;
	return part + 3;
}

int path_from_link(const char *target, char **ret_path, bool *ret_root_bus)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY;
	_cleanup_free_ char *parts = strdup(target);
	struct pci_address address;
	unsigned int functions = 0;
	char *rest = NULL, *made;

	if (!parts)
		return -ENOMEM;
	for (char *part = strtok_r(parts, "/", &rest); part;
	     part = strtok_r(NULL, "/", &rest)) {
		const char *bus = root_bus_name(part);

		if (bus) {
			/*
			 * Below a device it belongs to a VMD, the root of another domain.
			 */
			strbuf_add_format(&path, "%s%s", path.length ? "/" : "", bus);
		} else if (path.length) {
			if (pci_address_parse(part, &address) < 0)
				return -EINVAL;
			strbuf_add_format(&path, "/%02x.%x", address.slot,
					  address.function);
			functions++;
		}
	}
	if (path.error)
		return path.error;
	if (!functions)
		return -EINVAL;
	made = strbuf_take(&path);
	if (!made)
		return -ENOMEM;
	*ret_path = made;
	*ret_root_bus = functions == 1;
	return 0;
}

int path_bridge_from_link(const char *target, struct pci_address *ret_bridge)
{
	const char *end = strrchr(target, '/'), *begin;
	char name[PCI_ADDRESS_SIZE];
	size_t length;

	if (!end)
		return -ENOENT;
	begin = memrchr(target, '/', (size_t)(end - target));
	begin = begin ? begin + 1 : target;
	length = (size_t)(end - begin);
	if (length >= sizeof(name))
		return -ENOENT;
	memcpy(name, begin, length);
	name[length] = '\0';
	return pci_address_parse(name, ret_bridge) < 0 ? -ENOENT : 0;
}
