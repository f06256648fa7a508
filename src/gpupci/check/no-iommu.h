/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: why the kernel has no IOMMU, and what to change. */
#ifndef SRC_GPUPCI_CHECK_NO_IOMMU_H
#define SRC_GPUPCI_CHECK_NO_IOMMU_H

#include "src/gpupci/cards/host.h"
#include "src/gpupci/check/rows.h"

/* Adds the row of a host without IOMMU groups. */
void check_no_iommu(struct checks *checks, struct host *host);

#endif
