/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check for a card that its vendor's driver gives to VMs. */
#ifndef SRC_GPUPCI_CHECK_VENDOR_H
#define SRC_GPUPCI_CHECK_VENDOR_H

#include "src/gpupci/cards/card.h"
#include "src/gpupci/check/rows.h"

/* Adds the row "drivers" of a card for which card_is_vendors(). */
void check_vendor(struct checks *checks, const struct card *card);

#endif
