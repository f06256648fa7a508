/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: which kind of processor a host has. */
#ifndef SRC_GPUPCI_CHECK_PROCESSOR_H
#define SRC_GPUPCI_CHECK_PROCESSOR_H

#include "src/gpupci/files/root.h"

enum processor {
	PROCESSOR_UNKNOWN, /* x86, or nothing is known */
	PROCESSOR_INTEL,
	PROCESSOR_AMD,
	PROCESSOR_ARM,
	PROCESSOR_POWER,
	PROCESSOR_OTHER,
};

/* Reads it from /proc, below the root. */
enum processor processor_read(struct root *root);

#endif
