/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: who would claim a card at boot. */
#ifndef SRC_GPUPCI_CHECK_BOOT_H
#define SRC_GPUPCI_CHECK_BOOT_H

#include "src/gpupci/cards/card.h"
#include "src/gpupci/cards/host.h"
#include "src/gpupci/check/rows.h"

/*
 * Checks who would claim the card's functions at boot, and whether that is before gpupci
 * acts.
 */
void check_boot(struct checks *checks, struct host *host, const struct card *card);

#endif
