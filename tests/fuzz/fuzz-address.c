/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on PCI addresses and paths: what is understood is one thing in all forms. */
#include <stdint.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/pci-address.h"
#include "src/gpupci/scan/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_same(struct pci_address address, const char *text)
{
	struct pci_address again;

	if (pci_address_parse(text, &again) < 0 ||
	    pci_address_compare(address, again) != 0)
		__builtin_trap();
}

static void check_address(const char *text)
{
	struct pci_address address, unpacked;
	char form[PCI_ADDRESS_SIZE];

	if (pci_address_parse(text, &address) < 0)
		return;
	check_same(address, pci_address_node(address, form));
	check_same(address, pci_address_sysfs(address, form));
	if (pci_address_unpack(pci_address_pack(address), &unpacked) < 0 ||
	    pci_address_compare(address, unpacked) != 0)
		__builtin_trap();
}

static void check_path(const char *text)
{
	_cleanup_free_ char *path = NULL;
	struct pci_address bridge;
	bool on_root_bus;

	if (path_from_link(text, &path, &on_root_bus) == 0 && !strchr(path, '/'))
		__builtin_trap();
	if (path_bridge_from_link(text, &bridge) == 0)
		check_same(bridge,
			   pci_address_sysfs(bridge, (char[PCI_ADDRESS_SIZE]){ 0 }));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);

	if (text) {
		check_address(text);
		check_path(text);
	}
	return 0;
}
