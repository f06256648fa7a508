/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives a card back to the host. */
#ifndef SRC_GPUPCI_CHANGE_ATTACH_H
#define SRC_GPUPCI_CHANGE_ATTACH_H

#include "src/gpupci/cards/card.h"
#include "src/gpupci/change/change.h"

/*
 * Gives one card back, as --attach does. Prints errors on stderr and returns an exit
 * code.
 */
int change_attach(struct change *change, struct card *card);

#endif
