/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check for the host: its effective state, whatever its command line says. */
#ifndef SRC_GPUPCI_CHECK_HOST_H
#define SRC_GPUPCI_CHECK_HOST_H

#include "src/gpupci/cards/host.h"
#include "src/gpupci/check/rows.h"

/* Checks what the host needs: IOMMU, interrupt remapping, vfio, the early rule. */
void check_host(struct checks *checks, struct host *host);

#endif
