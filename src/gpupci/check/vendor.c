/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check for a card that its vendor's driver gives to VMs. */
#include <stdio.h>

#include "src/gpupci/check/vendor.h"
#include "src/gpupci/scan/details.h"

void check_vendor(struct checks *checks, const struct card *card)
{
	const struct pci_function *function = card->members[0].function;
	const struct pci_details *details = &function->details;
	char address[PCI_ADDRESS_SIZE], fix[256];

	pci_address_sysfs(function->address, address);
	snprintf(fix, sizeof(fix),
		 "cat /sys/bus/pci/devices/%s/nvidia/creatable_vgpu_types\n"
		 "echo TYPE > /sys/bus/pci/devices/%s/nvidia/current_vgpu_type",
		 address, address);
	if (!pci_function_has_no_vgpu(function))
		checks_add(
			checks, card->name, "drivers", CHECK_OK, NULL,
			"a VM can have it%s%s: it stays with %s, which gives it to VMs",
			details->vgpu_type ? ", as a vGPU of type " : "",
			details->vgpu_type ? details->vgpu_type : "", details->driver);
	else if (details->makes_vgpus)
		checks_add(checks, card->name, "drivers", CHECK_OK, fix,
			   "it stays with %s, which %s: no VM can have it",
			   details->driver,
			   details->vgpu_type ? "has made no vGPU of it"
					      : "does not say whether it is a vGPU");
	else
		checks_add(
			checks, card->name, "drivers", CHECK_WARN, NULL,
			"it stays with %s, which has not registered it with VFIO: no VM "
			"can have it",
			details->driver);
}
