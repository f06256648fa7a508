/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The port of a card that has a PCIe switch of its own, as Intel's Arc and AMD's Vega. */
#include <stddef.h>

#include "lib/cleanup.h"
#include "src/gpupci/scan/port.h"

/*
 * Downstream ports of switches that are only built on cards: Intel's DG2 (kernel bug
 * 216795) and Battlemage (geerlingguy/raspberry-pi-pcie-devices#695), AMD's Navi and
 * Vega 10 (the list of PCI ids).
 */
static const struct {
	uint16_t vendor, device;
} downstream[] = {
	{ 0x8086, 0x4fa4 },
	{ 0x8086, 0xe2f0 },
	{ 0x1002, 0x1479 },
	{ 0x1022, 0x1471 },
};

static int read_bridge(struct pci_scan *scan, const struct pci_function *function,
		       struct pci_function **ret_bridge)
{
	*ret_bridge = function->has_bridge ? pci_scan_find(scan, function->bridge) : NULL;
	return *ret_bridge ? pci_scan_read_kind(scan, *ret_bridge) : 0;
}

int port_find(struct pci_scan *scan, const struct pci_function *function,
	      const struct pci_function **ret_port)
{
	struct pci_function *below, *above = NULL;
	int error;

	*ret_port = NULL;
	if (function->is_virtual)
		return 0;
	error = read_bridge(scan, function, &below);
	for (size_t i = 0; i < ARRAY_SIZE(downstream) && below && error == 0; i++)
		if (below->vendor == downstream[i].vendor &&
		    below->device == downstream[i].device) {
			error = read_bridge(scan, below, &above);
			if (above && above->is_bridge && above->vendor == below->vendor)
				*ret_port = above;
			return error;
		}
	return error;
}
