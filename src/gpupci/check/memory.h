/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: the memory that /etc/gpupci.conf reserves for VMs. */
#ifndef SRC_GPUPCI_CHECK_MEMORY_H
#define SRC_GPUPCI_CHECK_MEMORY_H

#include "src/gpupci/cards/host.h"
#include "src/gpupci/check/rows.h"

/* Checks the memory that gpupci.conf asks for: what a VM locks, and huge pages. */
void check_memory(struct checks *checks, struct host *host);

#endif
