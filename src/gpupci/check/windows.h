/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: whether the kernel has found room for a card's memory windows. */
#ifndef SRC_GPUPCI_CHECK_WINDOWS_H
#define SRC_GPUPCI_CHECK_WINDOWS_H

#include "src/gpupci/cards/card.h"
#include "src/gpupci/cards/host.h"
#include "src/gpupci/check/rows.h"

/* Checks the memory windows (BARs) of all functions of a card that has been read. */
void check_windows(struct checks *checks, struct host *host, const struct card *card);

#endif
