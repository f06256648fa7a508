/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: the NVSwitches that join the GPUs of an HGX board. */
#ifndef SRC_GPUPCI_CHECK_FABRIC_H
#define SRC_GPUPCI_CHECK_FABRIC_H

#include "src/gpupci/cards/host.h"
#include "src/gpupci/check/rows.h"

/* Adds the row "fabric" of a GPU, if the host has NVSwitches. */
void check_fabric(struct checks *checks, struct host *host, const struct card *card);

#endif
