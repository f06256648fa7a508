/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes a card from the host, so that a VM can have it. */
#ifndef SRC_GPUPCI_CHANGE_DETACH_H
#define SRC_GPUPCI_CHANGE_DETACH_H

#include "src/gpupci/cards/card.h"
#include "src/gpupci/change/change.h"

/*
 * Detaches one card, as --detach does. Prints errors on stderr and returns an exit code.
 */
int change_detach(struct change *change, struct card *card);

#endif
