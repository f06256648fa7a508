/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes of PCI devices: files and links in a device's folder below a root. */
#include "src/gpupci/scan/sysfs.h"

/* Sets root->path, without printf(): thousands of attributes are read. */
static void set_path(struct root *root, struct pci_address device, const char *attribute)
{
	char name[PCI_ADDRESS_SIZE];

	strbuf_reset(&root->path);
	strbuf_add_string(&root->path, root->folder);
	strbuf_add_string(&root->path, "/sys/bus/pci/devices/");
	strbuf_add_string(&root->path, pci_address_sysfs(device, name));
	if (attribute[0]) {
		strbuf_add_char(&root->path, '/');
		strbuf_add_string(&root->path, attribute);
	}
}

int sysfs_read_text(struct root *root, struct pci_address device, const char *attribute,
		    char **ret_text)
{
	set_path(root, device, attribute);
	return root_here_line(root, ret_text);
}

int sysfs_read_hex(struct root *root, struct pci_address device, const char *attribute,
		   uint32_t most, uint32_t *ret_value)
{
	set_path(root, device, attribute);
	return root_here_hex(root, most, ret_value);
}

int sysfs_read_link(struct root *root, struct pci_address device, const char *attribute,
		    char **ret_target)
{
	set_path(root, device, attribute);
	return root_here_link(root, ret_target);
}

int sysfs_read_link_name(struct root *root, struct pci_address device,
			 const char *attribute, char **ret_name)
{
	set_path(root, device, attribute);
	return root_here_link_name(root, ret_name);
}

int sysfs_read_locked(struct root *root, struct pci_address device, const char *attribute,
		      uint8_t bytes[SYSFS_LOCKED_SIZE], size_t *ret_length)
{
	set_path(root, device, attribute);
	return root_here_locked(root, bytes, SYSFS_LOCKED_SIZE, ret_length);
}
