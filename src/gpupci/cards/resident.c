/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Displays that are part of the machine: in the processor, or its management's. */
#include <stddef.h>

#include "lib/cleanup.h"
#include "src/gpupci/cards/resident.h"

#define VENDOR_ATI 0x1002
#define VENDOR_INTEL 0x8086
#define CLASS_BASE_DISPLAY 0x03

struct ids {
	uint16_t vendor, device;
};

/*
 * Bridges that lead only into the processor or the chipset: those that the list of PCI ids
 * calls «Internal GPP Bridge» (processors since Zen), then «int gfx» or «Internal gfx»
 * (chipsets from RS480 to RS880, some under the id of who built the board).
 */
static const struct ids inside[] = {
	{ 0x1022, 0x13e5 }, { 0x1022, 0x13e6 }, { 0x1022, 0x14b9 }, { 0x1022, 0x14dd },
	{ 0x1022, 0x14eb }, { 0x1022, 0x150c }, { 0x1022, 0x15db }, { 0x1022, 0x15dc },
	{ 0x1022, 0x15fd }, { 0x1022, 0x15fe }, { 0x1022, 0x162a }, { 0x1022, 0x1635 },
	{ 0x1022, 0x1648 }, { 0x1002, 0x5a3f }, { 0x1002, 0x7912 }, { 0x1002, 0x7932 },
	{ 0x1022, 0x9602 }, { 0x1025, 0x9602 }, { 0x103c, 0x9602 }, { 0x1043, 0x9602 },
};

/*
 * Displays of management controllers: the list of PCI ids 2023-04-10, and for 102b:0524
 * and 102b:053a the kernel's mgag200_drv.c. Nuvoton's controllers have a G200eW.
 */
static const struct ids management[] = {
	{ 0x1002, 0x515e },			/* ES1000 */
	{ 0x1002, 0x474f },			/* Rage XL */
	{ 0x1002, 0x4752 }, { 0x102b, 0x0522 }, /* G200e: ServerEngines Pilot */
	{ 0x102b, 0x0524 }, { 0x102b, 0x0530 }, /* G200EV */
	{ 0x102b, 0x0532 },			/* G200eW: WPCM450 */
	{ 0x102b, 0x0533 },			/* G200EH: iLO */
	{ 0x102b, 0x0534 },			/* G200eR2: iDRAC */
	{ 0x102b, 0x0536 },			/* G200eW3 */
	{ 0x102b, 0x0538 },			/* G200eH3 */
	{ 0x102b, 0x053a },			/* G200eH5 */
	{ 0x18ca, 0x0020 },			/* XGI Z7, Z9 */
	{ 0x18ca, 0x0021 },			/* XGI Z9s, Z9m */
	{ 0x19e5, 0x1711 },			/* HiSilicon Hi171x: iBMC */
	{ 0x1a03, 0x2000 },			/* ASPEED */
};

static bool has(const struct ids *list, size_t count, const struct pci_function *function)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].vendor == function->vendor &&
		    list[i].device == function->device)
			return true;
	return false;
}

/* AMD's processors before Zen have it on the root bus, as Intel's have theirs. */
static bool is_on_root_bus(const struct pci_function *function)
{
	return function->on_root_bus && (function->vendor == VENDOR_INTEL ||
					 (function->vendor == VENDOR_ATI &&
					  function->class >> 16 == CLASS_BASE_DISPLAY));
}

int resident_is(struct pci_scan *scan, const struct pci_function *function)
{
	struct pci_function *bridge = NULL;
	int error;

	if (is_on_root_bus(function) ||
	    (function->class >> 16 == CLASS_BASE_DISPLAY &&
	     has(management, ARRAY_SIZE(management), function)))
		return 1;
	if (function->vendor == VENDOR_ATI && function->has_bridge)
		bridge = pci_scan_find(scan, function->bridge);
	if (!bridge)
		return 0;
	error = pci_scan_read_kind(scan, bridge);
	return error < 0 ? error : has(inside, ARRAY_SIZE(inside), bridge);
}
