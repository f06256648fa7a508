/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: which kind of processor a host has. */
#ifndef SRC_GPUPCI_CHECK_PROCESSOR_H
#define SRC_GPUPCI_CHECK_PROCESSOR_H

#include <stdbool.h>

#include "src/gpupci/files/root.h"

enum processor {
	PROCESSOR_UNKNOWN, /* x86, or nothing is known */
	PROCESSOR_INTEL,
	PROCESSOR_AMD,
	PROCESSOR_ARM,
	PROCESSOR_POWER,
	PROCESSOR_OTHER,
};

/* Whether its firmware is a BIOS, or UEFI with the words of one; also where not known. */
bool processor_is_x86(enum processor processor);

/* Whether a hypervisor is below the system: it is a VM, or Xen's first domain (x86). */
bool processor_is_virtual(struct root *root);

/* Reads it from /proc, below the root. */
enum processor processor_read(struct root *root);

#endif
