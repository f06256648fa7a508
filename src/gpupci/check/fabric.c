/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: the NVSwitches that join the GPUs of an HGX board. */
#include <stdio.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/fabric.h"
#include "src/gpupci/scan/details.h"

#define VENDOR_NVIDIA 0x10de
#define CLASS_3D \
	0x0302 /* the GPUs of an HGX board; those with outputs are on no fabric */

/* The NVSwitches of the host, and who has them. */
struct fabric {
	struct strbuf names; /* "0000:07:00.0 (nvidia-nvswitch), …" */
	size_t count, with_host, detached;
};

static void add_switch(struct fabric *fabric, struct host *host,
		       struct pci_function *function)
{
	char address[PCI_ADDRESS_SIZE];
	const char *driver;

	if (pci_scan_read_driver(&host->scan, function) < 0)
		strbuf_reset(&host->scan.fault);
	driver = function->details.driver;
	strbuf_add_format(&fabric->names, "%s%s (%s)", fabric->count ? ", " : "",
			  pci_address_sysfs(function->address, address),
			  driver ? driver : "no driver");
	fabric->count++;
	fabric->with_host += pci_function_is_of_host(function);
	fabric->detached += function->details.vfio;
}

/*
 * Fabric Manager's guide for NVSwitch systems: a VM either has all GPUs and all switches
 * of the board, or the host's Fabric Manager makes partitions of the GPUs.
 */
void check_fabric(struct checks *checks, struct host *host, const struct card *card)
{
	static const char advice[] =
		"one VM gets all GPUs and all NVSwitches (include them in "
		"/etc/gpupci.conf),\n"
		"or the host keeps the NVSwitches, with FABRIC_MODE=1 in "
		"fabricmanager.cfg, and fmpm -a PARTITION joins a VM's GPUs before it "
		"starts";
	const struct pci_function *first = card->members[0].function;
	struct fabric fabric = { .names = STRBUF_EMPTY };

	if (first->vendor != VENDOR_NVIDIA || first->class >> 8 != CLASS_3D)
		return;
	for (size_t i = 0; i < host->scan.count; i++)
		if (card_function_is_switch(&host->scan.functions[i]))
			add_switch(&fabric, host, &host->scan.functions[i]);
	if (fabric.count && fabric.with_host == fabric.count)
		checks_add(checks, card->name, "fabric", CHECK_OK, advice,
			   "%zu NVSwitches of the host join it with the other GPUs: %s",
			   fabric.count, strbuf_text(&fabric.names));
	else if (fabric.count)
		checks_add(checks, card->name, "fabric", CHECK_WARN, advice,
			   "%zu of the %zu NVSwitches that join it with the other GPUs "
			   "are detached, %zu are with the host: %s",
			   fabric.detached, fabric.count, fabric.with_host,
			   strbuf_text(&fabric.names));
	strbuf_release(&fabric.names);
}
